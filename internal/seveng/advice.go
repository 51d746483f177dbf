package seveng

// What to do next. Each text ends an error, so it has no full stop of its own.
const (
	adviceEndpoint = "Check that seveng.endpoint (SEVENG_ENDPOINT) is the base URL of a 7G environment"

	adviceNoCredentials = "Set seveng.username (SEVENG_USERNAME) and seveng.password (SEVENG_PASSWORD), or seveng.access_token (SEVENG_ACCESS_TOKEN)"

	adviceLoginRefused = "Check seveng.username (SEVENG_USERNAME), seveng.password (SEVENG_PASSWORD) and that seveng.endpoint (SEVENG_ENDPOINT) is the environment they belong to. " +
		"The login is not tried again in this run, because three failures within ten minutes lock the account for ten minutes"

	adviceNotALogin = adviceEndpoint + ". The login is not tried again in this run"

	adviceLoginGivenUp = "Check seveng.endpoint (SEVENG_ENDPOINT) and the network. No other login is tried in this run: each may have counted as a failure, and three within ten minutes lock the account"

	adviceLoginUnanswered = "Check seveng.endpoint (SEVENG_ENDPOINT) and the network, then run again"

	adviceGivenToken = "Set seveng.access_token (SEVENG_ACCESS_TOKEN) to a fresh token, or remove it and set seveng.username (SEVENG_USERNAME) and seveng.password (SEVENG_PASSWORD) so that tokens are renewed"

	adviceRefusedAgain = "Check that the user named by seveng.username (SEVENG_USERNAME) may use this part of 7G: a missing permission can look like this too"

	adviceForbidden = "Have the read, creation, update and deletion permissions for communications given to the 7G user that seveng.username (SEVENG_USERNAME) or seveng.access_token (SEVENG_ACCESS_TOKEN) belongs to"

	adviceRefused = "Nothing was changed: correct what 7G objects to (what it calls Name is value here)"

	adviceTryAgain = "Run again; if it stays, check seveng.endpoint (SEVENG_ENDPOINT)"

	adviceReread = "Look at the record in 7G before running again"
)
