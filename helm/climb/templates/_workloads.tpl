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

{{/* The queues of each service: every one needs a pool that takes it. */}}
{{- define "climb.queues" -}}
embedding: [embedding-set, embedding-pieces, embedding-terms, embedding-vectors, embedding-remote]
clustering: [domain-set, duplicate-report, shard-scan, duplicates]
proxy-training: [token-set, tokens, target-statistics, statistics, run]
predictor: [predictor]
search-coordinator: [search, dataset, dataset-sizes, dataset-deal, dataset-files]
{{- end -}}

{{/*
Every Deployment, as YAML {all: […]}: its component (the end of its name), service, role, queues, whether it is on the
GPU pool, and its values, merged from the levels that values.yaml tells of.
*/}}
{{- define "climb.workloads" -}}
{{- $root := . -}}
{{- $all := list -}}
{{- range $name, $service := .Values.services -}}
{{- $shared := omit $service "api" "pools" -}}
{{- $api := include "climb.over" (list $root.Values.defaults $root.Values.apiDefaults) | fromYaml -}}
{{- $api = include "climb.over" (list $api $shared) | fromYaml -}}
{{- $api = include "climb.over" (list $api ($service.api | default dict)) | fromYaml -}}
{{- if $root.Values.split -}}
{{- $all = append $all (dict "component" $name "service" $name "role" "api" "queues" list "onGpu" false "values" $api) -}}
{{- $taken := list -}}
{{- range $pool, $own := $service.pools -}}
{{- if not (kindIs "invalid" $own) -}}
{{- $values := include "climb.over" (list $root.Values.defaults $root.Values.workerDefaults) | fromYaml -}}
{{- $values = include "climb.over" (list $values $shared) | fromYaml -}}
{{- $values = include "climb.over" (list $values $own) | fromYaml -}}
{{- $taken = concat $taken $own.queues -}}
{{- $onGpu := and $root.Values.gpu.enabled $values.gpu | ternary true false -}}
{{- $component := printf "%s-%s" $name $pool -}}
{{- $all = append $all (dict "component" $component "service" $name "role" "worker" "queues" $own.queues "onGpu" $onGpu "values" (omit $values "queues")) -}}
{{- end -}}
{{- end -}}
{{- include "climb.checkQueues" (list $name $taken) -}}
{{- else -}}
{{- $gpu := $api.gpu -}}
{{- range $service.pools -}}
{{- if and . .gpu -}}{{- $gpu = true -}}{{- end -}}
{{- end -}}
{{- $onGpu := and $root.Values.gpu.enabled $gpu | ternary true false -}}
{{- $values := include "climb.over" (list $root.Values.defaults $shared) | fromYaml -}}
{{- $values = include "climb.over" (list $values (dict "gpu" $gpu)) | fromYaml -}}
{{- $all = append $all (dict "component" $name "service" $name "role" "all" "queues" list "onGpu" $onGpu "values" $values) -}}
{{- end -}}
{{- end -}}
{{- range $all -}}{{- include "climb.check" (list $root .) -}}{{- end -}}
{{- toYaml (dict "all" $all) -}}
{{- end -}}

{{/* Refuses pools that leave a queue to nobody, or name one that the service does not have. Takes (list service taken). */}}
{{- define "climb.checkQueues" -}}
{{- $queues := get (include "climb.queues" . | fromYaml) (index . 0) -}}
{{- range $queues -}}
{{- if not (has . (index $ 1)) -}}
{{- fail (printf "services.%s.pools: no pool takes the queue %s; expected each of %s in one" (index $ 0) . (join ", " $queues)) -}}
{{- end -}}
{{- end -}}
{{- range index . 1 -}}
{{- if not (has . $queues) -}}
{{- fail (printf "services.%s.pools: there is no queue %s; expected one of %s" (index $ 0) . (join ", " $queues)) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Refuses values that contradict each other. Takes (list $ workload). */}}
{{- define "climb.check" -}}
{{- $root := index . 0 -}}
{{- $workload := index . 1 -}}
{{- $values := $workload.values -}}
{{- $where := printf "the Deployment %s" $workload.component -}}
{{- with $values.autoscaling -}}
{{- if and .enabled (gt (int .minReplicas) (int .maxReplicas)) -}}
{{- fail (printf "%s, autoscaling: minReplicas is %v and maxReplicas %v; expected minReplicas not above maxReplicas" $where .minReplicas .maxReplicas) -}}
{{- end -}}
{{- if and .enabled (ne $workload.role "worker") (lt (int .minReplicas) 1) -}}
{{- fail (printf "%s, autoscaling: minReplicas is 0; expected at least 1, because only workers go to zero" $where) -}}
{{- end -}}
{{- end -}}
{{- $least := include "climb.graceSeconds" $root | int -}}
{{- with int $values.terminationGracePeriodSeconds -}}
{{- if lt . $least -}}
{{- fail (printf "%s: terminationGracePeriodSeconds is %d; expected at least %d, ten seconds more than shutdownGraceMs" $where . $least) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Seconds that a pod has to end: those to close in order, and ten. */}}
{{- define "climb.graceSeconds" -}}
{{- add 10 (div (add 999 (int64 .Values.shutdownGraceMs)) 1000) -}}
{{- end -}}
