{{/* The prefix of every name. */}}
{{- define "climb.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride -}}
{{- else if contains "climb" .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-climb" .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What tells this release's pods from all others. It never changes, so it holds no version. */}}
{{- define "climb.selector" -}}
app.kubernetes.io/name: climb
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "climb.labels" -}}
{{ include "climb.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* Address of a service, by every pod that serves it. Takes (list $ name). */}}
{{- define "climb.address" -}}
{{- printf "dns:///%s-%s:50051" (include "climb.fullname" (index . 0)) (index . 1) -}}
{{- end -}}

{{/* What a service is called in its contract and by its health checks. Takes a service's name. */}}
{{- define "climb.grpcService" -}}
{{- $part := get (dict "proxy-training" "training" "search-coordinator" "search") . | default . -}}
{{- printf "climb.%s.v1.%sService" $part (title $part) -}}
{{- end -}}

{{- define "climb.artifactsClaim" -}}
{{- .Values.artifacts.existingClaim | default (printf "%s-artifacts" (include "climb.fullname" .)) -}}
{{- end -}}

{{/*
One set of values over another, as YAML; takes (list base over). A list replaces a list, a key adds to keys.
Sprig's merge functions would take 0 and false for "not given".
*/}}
{{- define "climb.over" -}}
{{- $result := deepCopy (index . 0) -}}
{{- range $key, $value := index . 1 -}}
{{- $base := get $result $key -}}
{{- if and (kindIs "map" $value) (kindIs "map" $base) -}}
{{- $value = include "climb.over" (list $base $value) | fromYaml -}}
{{- end -}}
{{- $_ := set $result $key $value -}}
{{- end -}}
{{- toYaml $result -}}
{{- end -}}

{{/* The values of one service: its own over the defaults. Takes (list $ values). */}}
{{- define "climb.service" -}}
{{- include "climb.over" (list (index . 0).Values.defaults (index . 1 | default dict)) -}}
{{- end -}}
