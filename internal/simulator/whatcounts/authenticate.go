package whatcounts

import (
	"fmt"
	"slices"
)

// Reasons for a refused login (client practice 2009).
const (
	errUnknownRealm = refusalError("Unable to determine customer account (realm)")
	errNoAPIUser    = refusalError("Unable to acquire API user credentials through API User Manager.")
)

// authenticate finds the realm and checks the credentials. It returns the
// realm, or the reply that refuses the caller. Which of the known texts
// answers a wrong API client is constructed.
func (s *Service) authenticate(req request) (*account, reply) {
	account, err := s.account(req.text(realmNames...))
	if err != nil {
		return nil, failure(errUnknownRealm)
	}
	if account.APIDisabled {
		return nil, failure(errNoAPIUser)
	}
	approved := len(account.ApprovedAddresses) == 0 || slices.Contains(account.ApprovedAddresses, req.source)
	if req.text(passwordNames...) != account.Password || !approved {
		return nil, s.badPassword(req)
	}
	if client := req.text("api_client"); client != "" {
		code, known := account.APIClients[client]
		if !known {
			return nil, failure(errNoAPIUser)
		}
		if req.text("client_auth") != code {
			return nil, s.badPassword(req)
		}
	}
	return account, reply{}
}

// badPassword answers a wrong password, by default with the text that repeats
// it. The log keeps a copy without it.
func (s *Service) badPassword(req request) reply {
	switch {
	case s.enabled[badPasswordInvalid]:
		return plainReply("Invalid credentials")
	case s.enabled[badPasswordFailure]:
		return failure(refusalError("Invalid credentials"))
	}
	text := func(password string) []byte {
		return fmt.Appendf(nil, "FAILURE: Password (%s) doesn't match entry for API user credentials in database or %s isn't an approved IP",
			password, req.source)
	}
	return reply{body: text(req.text(passwordNames...)), logged: text(concealed)}
}
