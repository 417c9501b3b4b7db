{{/* The service's container. Takes root and workload. */}}
{{- define "climb.container" -}}
{{- $root := .root -}}
{{- $workload := .workload -}}
{{- $values := $workload.values -}}
{{- $gpu := $root.Values.gpu -}}
image: {{ include "climb.image" (list $root $workload.service $workload.onGpu) }}
imagePullPolicy: {{ $root.Values.image.pullPolicy }}
{{- with $values.securityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
ports:
  - name: grpc
    containerPort: 50051
  {{- if $root.Values.metrics.enabled }}
  - name: metrics
    containerPort: {{ $root.Values.metrics.port }}
  {{- end }}
  {{- if eq (include "climb.servesPage" .) "true" }}
  - name: page
    containerPort: {{ $root.Values.page.port }}
  {{- end }}
envFrom:
  - configMapRef:
      name: {{ include "climb.fullname" $root }}
  {{- with $values.envFrom }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
env:
  - name: CLIMB_ROLE
    value: {{ $workload.role }}
  {{- with $workload.queues }}
  - name: CLIMB_QUEUES
    value: {{ join "," . }}
  {{- end }}
  - name: CLIMB_WORKERS
    value: {{ $values.workers | quote }}
  {{- if eq (include "climb.servesPage" .) "true" }}
  - name: CLIMB_PAGE_ADDRESS
    value: 0.0.0.0:{{ $root.Values.page.port }}
  {{- end }}
  {{- if $values.gpu }}
  - name: CLIMB_EXECUTION_PROVIDERS
    value: {{ ternary $gpu.executionProviders "cpu" $workload.onGpu }}
  {{- end }}
  {{- with $root.Values.nats.urlSecret }}
  {{- if .name }}
  - name: CLIMB_NATS_URL
    valueFrom:
      secretKeyRef:
        name: {{ .name }}
        key: {{ .key }}
  {{- end }}
  {{- end }}
  {{- with $root.Values.artifacts }}
  {{- if .existingSecret }}
  - name: AWS_ACCESS_KEY_ID
    valueFrom:
      secretKeyRef:
        name: {{ .existingSecret }}
        key: {{ .secretKeys.accessKeyId }}
  - name: AWS_SECRET_ACCESS_KEY
    valueFrom:
      secretKeyRef:
        name: {{ .existingSecret }}
        key: {{ .secretKeys.secretAccessKey }}
  {{- end }}
  {{- end }}
  {{- range $key, $value := $values.env }}
  - name: {{ $key }}
    value: {{ $value | quote }}
  {{- end }}
  {{- with $values.extraEnv }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{ include "climb.probes" . }}
{{- with $values.lifecycle }}
lifecycle:
  {{- toYaml . | nindent 2 }}
{{- end }}
resources:
  requests:
    {{- toYaml $values.resources.requests | nindent 4 }}
  limits:
    {{- with $values.resources.limits }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
    {{- if $workload.onGpu }}
    {{ $values.gpuResourceName | default $gpu.resourceName }}: {{ int $values.gpuCount | default (int $gpu.count) }}
    {{- end }}
volumeMounts:
  - name: tmp
    mountPath: /tmp
  {{- if $root.Values.artifacts.url }}
  - name: cache
    mountPath: /var/cache/climb
  {{- else }}
  - name: artifacts
    mountPath: /var/lib/climb/artifacts
  {{- end }}
  {{- if and $values.corpus $root.Values.corpus.existingClaim }}
  - name: corpus
    mountPath: {{ $root.Values.corpus.mountPath }}
    readOnly: true
  {{- end }}
  {{- if $root.Values.tls.enabled }}
  - name: tls
    mountPath: /etc/climb/tls
    readOnly: true
  {{- end }}
  {{- if $root.Values.auth.existingSecret }}
  - name: auth
    mountPath: /etc/climb/auth
    readOnly: true
  {{- end }}
  {{- with $values.extraVolumeMounts }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{/* Whether a workload serves the page for browsers. Takes root and workload. */}}
{{- define "climb.servesPage" -}}
{{- and .root.Values.page.enabled (eq .workload.service "search-coordinator") (ne .workload.role "worker") -}}
{{- end -}}

{{/*
Probes of any role: a worker answers for its health alone. Kubernetes cannot probe gRPC over TLS, so with TLS the same
health is asked for by HTTP, on the port of the metrics. Takes root and workload.
*/}}
{{- define "climb.probes" -}}
{{- $name := include "climb.grpcService" .workload.service -}}
{{- $byHttp := .root.Values.tls.enabled -}}
{{- $ready := ternary (dict "httpGet" (dict "path" "/readyz" "port" "metrics")) (dict "grpc" (dict "port" 50051 "service" $name)) $byHttp -}}
{{- $live := ternary (dict "httpGet" (dict "path" "/livez" "port" "metrics")) (dict "grpc" (dict "port" 50051)) $byHttp -}}
# A service waits half a minute for NATS before it gives up; started again, it waits once more. A GPU is tried first.
startupProbe:
  {{- toYaml $ready | nindent 2 }}
  periodSeconds: 2
  timeoutSeconds: 2
  failureThreshold: {{ ternary 150 30 .workload.onGpu }}
# Asked for by its name, so that a pod with another service's image never takes its calls.
readinessProbe:
  {{- toYaml $ready | nindent 2 }}
  periodSeconds: 5
  timeoutSeconds: 2
  failureThreshold: 2
# The server as a whole, and patient: a pod that is slow under load must not be killed in the middle of its work.
livenessProbe:
  {{- toYaml $live | nindent 2 }}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
{{- end -}}
