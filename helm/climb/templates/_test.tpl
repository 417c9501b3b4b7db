{{/* A pod that `helm test` runs, as a service among the others. Takes root, name, weight and command. */}}
{{- define "climb.testPod" -}}
{{- $root := .root -}}
{{- $values := $root.Values.defaults -}}
apiVersion: v1
kind: Pod
metadata:
  name: {{ include "climb.fullname" $root }}-test-{{ .name }}
  labels:
    {{- include "climb.labels" $root | nindent 4 }}
    app.kubernetes.io/component: test
  annotations:
    helm.sh/hook: test
    helm.sh/hook-weight: {{ .weight | quote }}
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
spec:
  restartPolicy: Never
  enableServiceLinks: false
  serviceAccountName: {{ include "climb.serviceAccount" $root }}
  automountServiceAccountToken: false
  {{- with $root.Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    {{- toYaml $values.podSecurityContext | nindent 4 }}
  {{- with $values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - name: {{ .name }}
      image: {{ include "climb.image" (list $root "search-coordinator" false) }}
      imagePullPolicy: {{ $root.Values.image.pullPolicy }}
      command:
        {{- toYaml .command | nindent 8 }}
      envFrom:
        - configMapRef:
            name: {{ include "climb.fullname" $root }}
      securityContext:
        {{- toYaml $values.securityContext | nindent 8 }}
      resources:
        requests: { cpu: 100m, memory: 128Mi }
        limits: { memory: 256Mi }
      {{- if or $root.Values.tls.enabled $root.Values.auth.existingSecret }}
      volumeMounts:
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
      {{- end }}
  {{- if or $root.Values.tls.enabled $root.Values.auth.existingSecret }}
  volumes:
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
  {{- end }}
{{- end -}}
