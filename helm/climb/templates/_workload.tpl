{{/* The Deployment and the Service of one service. Takes root, name and service: its values over the defaults. */}}
{{- define "climb.workload" -}}
{{- $root := .root }}
{{- $service := .service }}
{{- $fullname := printf "%s-%s" (include "climb.fullname" $root) .name }}
{{- $onGpu := and $root.Values.gpu.enabled $service.gpu | ternary true false }}
{{- $tag := $root.Values.image.tag | default $root.Chart.AppVersion }}
{{- if $onGpu }}{{- $tag = printf "%s%s" $tag $root.Values.image.gpuTagSuffix }}{{- end }}
---
# Headless: a client sees the address of every pod and spreads its calls itself.
apiVersion: v1
kind: Service
metadata:
  name: {{ $fullname }}
  labels:
    {{- include "climb.labels" $root | nindent 4 }}
    app.kubernetes.io/component: {{ .name }}
spec:
  clusterIP: None
  selector:
    {{- include "climb.selector" $root | nindent 4 }}
    app.kubernetes.io/component: {{ .name }}
  ports:
    - name: grpc
      port: 50051
      targetPort: grpc
      appProtocol: kubernetes.io/h2c
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ $fullname }}
  labels:
    {{- include "climb.labels" $root | nindent 4 }}
    app.kubernetes.io/component: {{ .name }}
spec:
  {{- if not $service.autoscaling.enabled }}
  replicas: {{ $service.replicas }}
  {{- end }}
  strategy:
    type: RollingUpdate
    rollingUpdate:
      # A pool of GPUs may have none to spare for a pod more.
      maxSurge: {{ ternary 0 1 $onGpu }}
      maxUnavailable: {{ ternary 1 0 $onGpu }}
  selector:
    matchLabels:
      {{- include "climb.selector" $root | nindent 6 }}
      app.kubernetes.io/component: {{ .name }}
  template:
    metadata:
      labels:
        {{- include "climb.labels" $root | nindent 8 }}
        app.kubernetes.io/component: {{ .name }}
        {{- with $service.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      annotations:
        # A changed configuration starts new pods.
        checksum/config: {{ include (print $root.Template.BasePath "/config.yaml") $root | sha256sum }}
        {{- with $service.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      # Kubernetes would otherwise add variables such as CLIMB_NATS_PORT for Services of these names.
      enableServiceLinks: false
      automountServiceAccountToken: false
      terminationGracePeriodSeconds: {{ add 10 (div (add 999 (int64 $root.Values.shutdownGraceMs)) 1000) }}
      {{- with $root.Values.image.pullSecrets }}
      imagePullSecrets:
        {{- range . }}
        - name: {{ . }}
        {{- end }}
      {{- end }}
      securityContext:
        runAsNonRoot: true
        runAsUser: 1000
        runAsGroup: 1000
        fsGroup: 1000
        fsGroupChangePolicy: OnRootMismatch
        seccompProfile:
          type: RuntimeDefault
      {{- with merge dict $service.nodeSelector (ternary $root.Values.gpu.nodeSelector dict $onGpu) }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with concat $service.tolerations (ternary $root.Values.gpu.tolerations list $onGpu) }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              {{- include "climb.selector" $root | nindent 14 }}
              app.kubernetes.io/component: {{ .name }}
      containers:
        - name: {{ .name }}
          image: {{ printf "%s/%s:%s" $root.Values.image.repository .name $tag }}
          imagePullPolicy: {{ $root.Values.image.pullPolicy }}
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities:
              drop: [ALL]
          ports:
            - name: grpc
              containerPort: 50051
          envFrom:
            - configMapRef:
                name: {{ include "climb.fullname" $root }}
          env:
            {{- with $root.Values.nats.urlSecret }}
            {{- if .name }}
            - name: CLIMB_NATS_URL
              valueFrom:
                secretKeyRef:
                  name: {{ .name }}
                  key: {{ .key }}
            {{- end }}
            {{- end }}
            - name: CLIMB_WORKERS
              value: {{ $service.workers | quote }}
            {{- if $service.gpu }}
            - name: CLIMB_EXECUTION_PROVIDERS
              value: {{ ternary $root.Values.gpu.executionProviders "cpu" $onGpu }}
            {{- end }}
            {{- range $key, $value := $service.env }}
            - name: {{ $key }}
              value: {{ $value | quote }}
            {{- end }}
          # A service waits half a minute for NATS before it gives up; started again, it waits once more.
          startupProbe:
            grpc:
              port: 50051
              service: {{ include "climb.grpcService" .name }}
            periodSeconds: 2
            timeoutSeconds: 2
            failureThreshold: 30
          # Asked for by its name, so that a pod with another service's image never takes its calls.
          readinessProbe:
            grpc:
              port: 50051
              service: {{ include "climb.grpcService" .name }}
            periodSeconds: 5
            timeoutSeconds: 2
            failureThreshold: 2
          # The server as a whole, and patient: a pod that is slow under load must not be killed in the middle of its work.
          livenessProbe:
            grpc:
              port: 50051
            periodSeconds: 10
            timeoutSeconds: 5
            failureThreshold: 6
          resources:
            requests:
              {{- toYaml $service.resources.requests | nindent 14 }}
            limits:
              {{- with $service.resources.limits }}
              {{- toYaml . | nindent 14 }}
              {{- end }}
              {{- if $onGpu }}
              {{ $root.Values.gpu.resourceName }}: {{ $root.Values.gpu.count }}
              {{- end }}
          volumeMounts:
            - name: tmp
              mountPath: /tmp
            - name: artifacts
              mountPath: /var/lib/climb/artifacts
            {{- if and $service.corpus $root.Values.corpus.existingClaim }}
            - name: corpus
              mountPath: {{ $root.Values.corpus.mountPath }}
              readOnly: true
            {{- end }}
      volumes:
        - name: tmp
          emptyDir:
            sizeLimit: {{ $root.Values.scratch.sizeLimit }}
        - name: artifacts
          persistentVolumeClaim:
            claimName: {{ include "climb.artifactsClaim" $root }}
        {{- if and $service.corpus $root.Values.corpus.existingClaim }}
        - name: corpus
          persistentVolumeClaim:
            claimName: {{ $root.Values.corpus.existingClaim }}
            readOnly: true
        {{- end }}
{{ end -}}
