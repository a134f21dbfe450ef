{{/* Names and parts that several templates share. */}}
{{- define "trigpoint.name" -}}
{{- if contains "trigpoint" .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-trigpoint" .Release.Name | trunc 50 | trimSuffix "-" }}{{ end -}}
{{- end -}}

{{- define "trigpoint.selector" -}}
app.kubernetes.io/name: trigpoint
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "trigpoint.labels" -}}
{{ include "trigpoint.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "trigpoint.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}

{{- define "trigpoint.claim" -}}
{{ .Values.data.existingClaim | default (printf "%s-data" (include "trigpoint.name" .)) }}
{{- end -}}

{{/* The requirements of the Pod Security Standard "restricted". */}}
{{- define "trigpoint.podSecurity" -}}
runAsNonRoot: true
{{- if not .Values.openshift }}
runAsUser: 10001
runAsGroup: 0
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
{{- end }}
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- define "trigpoint.security" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{/* Environment of every container: settings from the values, the data folder, and the files of the secrets. */}}
{{- define "trigpoint.environment" -}}
- name: TRIGPOINT_HOME
  value: /var/lib/trigpoint
- name: TRIGPOINT_DATA
  value: /data
- name: TRIGPOINT_DATABASE_URL_FILE
  value: /run/secrets/trigpoint/database-url
- name: TRIGPOINT_MASTER_KEY_FILE
  value: /run/secrets/trigpoint/master-key
{{- if .Values.secret.metricsToken }}
- name: TRIGPOINT_METRICS_TOKEN_FILE
  value: /run/secrets/trigpoint/metrics-token
{{- end }}
{{- range $name, $value := .Values.settings }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end -}}

{{- define "trigpoint.pullSecrets" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
