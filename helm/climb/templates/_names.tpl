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
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
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

{{- define "climb.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (ternary (include "climb.fullname" .) "default" .Values.serviceAccount.create) -}}
{{- end -}}

{{- define "climb.tlsSecret" -}}
{{- .Values.tls.secretName | default (printf "%s-tls" (include "climb.fullname" .)) -}}
{{- end -}}

{{/* An image. Takes (list $ service onGpu). */}}
{{- define "climb.image" -}}
{{- $image := (index . 0).Values.image -}}
{{- $tag := $image.tag | default (index . 0).Chart.AppVersion -}}
{{- printf "%s/%s:%s%s" $image.repository (index . 1) $tag (ternary $image.gpuTagSuffix "" (index . 2)) -}}
{{- end -}}

{{/* The port of a URL, or what is given for one without. Takes (list url port). */}}
{{- define "climb.port" -}}
{{- $host := (urlParse (index . 0)).host -}}
{{- regexFind "[0-9]+$" (regexFind ":[0-9]+$" $host) | default (index . 1) -}}
{{- end -}}
