{{/* The variables that say who may call, for the config map. */}}
{{- define "climb.auth" -}}
{{- $auth := .Values.auth -}}
{{- $keys := $auth.secretKeys -}}
{{- $named := or $keys.tokens $keys.policy $keys.serviceToken $keys.quotas -}}
{{- if and $named (not $auth.existingSecret) -}}
{{- fail "auth.secretKeys are given without auth.existingSecret; expected the name of the secret that has them" -}}
{{- end -}}
{{- if and $auth.existingSecret (not $named) -}}
{{- fail (printf "auth.existingSecret is %s, of which no key is used; expected at least one of auth.secretKeys" $auth.existingSecret) -}}
{{- end -}}
{{- if and $auth.oidc.issuer (not $auth.oidc.audience) -}}
{{- fail "auth.oidc.issuer is given without auth.oidc.audience: a token for others would do; expected both" -}}
{{- end -}}
{{- if and (or $keys.tokens $keys.policy $auth.oidc.issuer) (not $keys.serviceToken) (not (and $keys.policy (eq .Values.tls.clients "verified"))) -}}
{{- fail "callers are asked who they are, and the services could not call each other; expected auth.secretKeys.serviceToken, or tls.clients: verified with the services' certificate in the policy" -}}
{{- end -}}
{{- $variables := dict "tokens" "CLIMB_AUTH_TOKENS" "policy" "CLIMB_AUTH_POLICY" "serviceToken" "CLIMB_TOKEN_FILE" "quotas" "CLIMB_QUOTAS" -}}
{{- range $name, $key := $keys }}
{{- if $key }}
{{ get $variables $name }}: /etc/climb/auth/{{ $key }}
{{- end }}
{{- end }}
{{- with $auth.oidc }}
{{- if .issuer }}
CLIMB_AUTH_ISSUER: {{ .issuer }}
CLIMB_AUTH_AUDIENCE: {{ .audience }}
CLIMB_AUTH_PROJECT_CLAIM: {{ .projectClaim }}
CLIMB_AUTH_ROLE_CLAIM: {{ .roleClaim }}
{{- end }}
{{- end }}
{{- end -}}
