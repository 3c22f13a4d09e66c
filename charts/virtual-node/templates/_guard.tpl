{{/*
Refuses to remove a replica whose virtual node still runs pods: nobody would manage their ECI instances
any more, and they would go on costing money. It asks the cluster, so a dry run without one passes.
*/}}
{{- define "virtual-node.guard" -}}
{{- $before := lookup "apps/v1" "StatefulSet" .Release.Namespace "virtual-node-eci" -}}
{{- $wanted := int .Values.replicas -}}
{{- $there := int (dig "spec" "replicas" 0 $before) -}}
{{- if gt $there $wanted -}}
{{- $going := list -}}
{{- range $number := untilStep $wanted $there 1 -}}
{{- $going = append $going (printf "virtual-node-eci-%d" $number) -}}
{{- end -}}
{{- $left := list -}}
{{- range $pod := (lookup "v1" "Pod" "" "").items -}}
{{- $owners := $pod.metadata.ownerReferences | default list -}}
{{- $of_daemon := false -}}
{{- range $owners }}{{ if eq .kind "DaemonSet" }}{{ $of_daemon = true }}{{ end }}{{ end -}}
{{- $done := has (dig "status" "phase" "" $pod) (list "Succeeded" "Failed") -}}
{{- if and (has (dig "spec" "nodeName" "" $pod) $going) (not $of_daemon) (not $done) -}}
{{- $left = append $left (printf "%s/%s" $pod.metadata.namespace $pod.metadata.name) -}}
{{- end -}}
{{- end -}}
{{- if $left -}}
{{- $shown := $left | sortAlpha | join ", " | trunc 500 -}}
{{- fail (printf "replicas: %d takes the controller from %s while pods run there, and their ECI instances would go on running: %s (pods: %d). Empty these nodes first: ackb virtual-nodes scale-in STACK --to %d" $wanted (join ", " $going) $shown (len $left) $wanted) -}}
{{- end -}}
{{- end -}}
{{- end -}}
