{{/* The pod of a Deployment. Takes root and workload. */}}
{{- define "climb.pod" -}}
{{- $root := .root -}}
{{- $workload := .workload -}}
{{- $values := $workload.values -}}
{{- $gpu := $root.Values.gpu -}}
# Kubernetes would otherwise add variables such as CLIMB_NATS_PORT for Services of these names.
enableServiceLinks: false
serviceAccountName: {{ $values.serviceAccountName | default (include "climb.serviceAccount" $root) }}
automountServiceAccountToken: {{ $root.Values.serviceAccount.automountToken }}
terminationGracePeriodSeconds: {{ int $values.terminationGracePeriodSeconds | default (include "climb.graceSeconds" $root) }}
{{- with $root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.podSecurityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with merge dict $values.nodeSelector (ternary $gpu.nodeSelector dict $workload.onGpu) }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with concat $values.tolerations (ternary $gpu.tolerations list $workload.onGpu) }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with ternary ($gpu.runtimeClassName | default $values.runtimeClassName) $values.runtimeClassName $workload.onGpu }}
runtimeClassName: {{ . }}
{{- end }}
{{- with $values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with $values.schedulerName }}
schedulerName: {{ . }}
{{- end }}
topologySpreadConstraints:
  {{- if $values.topologySpreadConstraints }}
  {{- toYaml $values.topologySpreadConstraints | nindent 2 }}
  {{- else }}
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "climb.selector" $root | nindent 8 }}
        app.kubernetes.io/component: {{ $workload.component }}
  {{- end }}
{{- with $values.initContainers }}
initContainers:
  {{- toYaml . | nindent 2 }}
{{- end }}
containers:
  - name: {{ $workload.service }}
    {{- include "climb.container" . | nindent 4 }}
  {{- with $values.extraContainers }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
volumes:
  - name: tmp
    emptyDir:
      sizeLimit: {{ $root.Values.scratch.sizeLimit }}
  {{- if $root.Values.artifacts.url }}
  - name: cache
    emptyDir:
      sizeLimit: {{ div (mul 3 (int64 $root.Values.artifacts.cacheGiB)) 2 }}Gi
  {{- else }}
  - name: artifacts
    persistentVolumeClaim:
      claimName: {{ include "climb.artifactsClaim" $root }}
  {{- end }}
  {{- if and $values.corpus $root.Values.corpus.existingClaim }}
  - name: corpus
    persistentVolumeClaim:
      claimName: {{ $root.Values.corpus.existingClaim }}
      readOnly: true
  {{- end }}
  {{- if $root.Values.tls.enabled }}
  - name: tls
    secret:
      secretName: {{ include "climb.tlsSecret" $root }}
  {{- end }}
  {{- with $root.Values.auth.existingSecret }}
  - name: auth
    secret:
      secretName: {{ . }}
  {{- end }}
  {{- with $values.extraVolumes }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}
