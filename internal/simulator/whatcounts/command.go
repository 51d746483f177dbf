package whatcounts

import (
	"fmt"
	"slices"

	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// call is one command at work: who asks for what, and in which realm. What the
// command needs was checked before.
type call struct {
	*Service
	*account
	request
	list      List // the zero list stands for all lists
	contactID int64
	touched   map[int64]bool // contacts that this command has changed already
}

// refusalError is the reason of a FAILURE, in the words of the service.
type refusalError string

func (r refusalError) Error() string { return string(r) }

// Reasons, whatcounts.md#literals.
const (
	errUnknownRealm = refusalError("Unable to determine customer account (realm)")
	errNoAPIUser    = refusalError("Unable to acquire API user credentials through API User Manager.")
	errUnknownList  = refusalError("Error looking up list ids, one or more list ids specified do not belong to your realm")
	errNoRecord     = refusalError("unable to find subscriber record")
)

// Reasons for which no text is published (constructed).
const (
	errUnknownCommand = refusalError("Unknown command")
	errSeveralRecords = refusalError("Multiple subscribers share this email address")
	errMissingData    = refusalError("Missing required argument data")
	errMissingEmail   = refusalError("The data argument must contain email")
	errMissingKey     = refusalError("The data argument must contain customer_key")
	errMissingID      = refusalError("Missing required argument subscriber_id")
)

// need is an argument that a command cannot do without.
type need int

const (
	aList      need = 1 << iota // list_id, a list of the realm; several in one are refused, since that is unknown
	aListOrAll                  // the same, or 0 together with optout=1; what 0 alone does is unknown
	anID                        // subscriber_id
	records                     // data with an e-mail column and at least one record
	aKey                        // customer_key in data, in a customer-key realm
)

// commands maps every spelling of whatcounts.md#conventions to the canonical
// name, what it needs, and the work.
var commands = map[string]struct {
	name  string
	needs need
	run   func(*call) (traffic.Answer, error)
}{
	"sub":                     {"sub", aList | records | aKey, (*call).subscribeRows},
	"subscribe":               {"sub", aList | records | aKey, (*call).subscribeRows},
	"unsub":                   {"unsub", aListOrAll | records, (*call).unsubscribeRows},
	"unsubscribe":             {"unsub", aListOrAll | records, (*call).unsubscribeRows},
	"delete":                  {"delete", records | aKey, (*call).deleteRows},
	"deletesubid":             {"deletesubid", anID, (*call).deleteByID},
	"deletebyid":              {"deletesubid", anID, (*call).deleteByID},
	"update":                  {"update", aList | records, (*call).updateRows},
	"change":                  {"change", 0, (*call).changeAddress},
	"find":                    {"find", 0, (*call).find},
	"findinlist":              {"findinlist", aList, (*call).find},
	"detail":                  {"detail", anID, (*call).detail},
	"show_opt":                {"show_opt", aList, (*call).showOptouts},
	"show_optout":             {"show_opt", aList, (*call).showOptouts},
	"show_optglobal":          {"show_optglobal", 0, (*call).showOptouts},
	"show_lists":              {"show_lists", 0, (*call).showLists},
	"getlistbyid":             {"getlistbyid", aList, (*call).showList},
	"getlistbyname":           {"getlistbyname", 0, (*call).showNamedList},
	"getrealmsettings":        {"getrealmsettings", 0, (*call).realmSettings},
	"rpt_subscribers_in_list": {"rpt_subscribers_in_list", aList, (*call).subscribersInList},

	"rpt_sub_by_update_datetime": {"rpt_sub_by_update_datetime", aList, (*call).updatedInList},
}

// Command is the name under which a command or an alias of one is logged, and
// whether there is such a command.
func Command(text string) (name string, known bool) {
	command, known := commands[text]
	return command.name, known
}

// Commands are the names of all commands, sorted, without aliases.
func Commands() []string {
	var names []string
	for _, command := range commands {
		names = append(names, command.name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// canonical is the name under which a command is logged; an unknown one is
// logged as it was sent.
func canonical(command string) string {
	if name, known := Command(command); known {
		return name
	}
	return command
}

// run checks the credentials and runs the command.
func (s *Service) run(req request) traffic.Answer {
	account, refused := s.authenticate(req)
	if account == nil {
		return refused
	}
	name := req.text(commandNames...)
	command, found := commands[name]
	if !found || name == "deletesubid" && s.On(onlyDeleteByID) || name == "deletebyid" && s.On(onlyDeleteSubID) {
		return failure(errUnknownCommand)
	}
	c := &call{Service: s, account: account, request: req, touched: map[int64]bool{}}
	if err := c.require(command.needs); err != nil {
		return failure(err)
	}
	answer, err := command.run(c)
	s.tell(account)
	if err != nil {
		return failure(err)
	}
	return answer
}

// authenticate finds the realm and checks the credentials,
// whatcounts.md#credentials. It returns the realm, or the answer that refuses
// the caller. Which of the known texts answers a wrong API client is
// constructed.
func (s *Service) authenticate(req request) (*account, traffic.Answer) {
	account, err := s.account(req.text(realmNames...))
	if err != nil {
		return nil, failure(errUnknownRealm)
	}
	client := req.text("api_client")
	code, known := account.APIClients[client]
	approved := len(account.ApprovedAddresses) == 0 || slices.Contains(account.ApprovedAddresses, req.source)
	switch {
	case account.APIDisabled:
		return nil, failure(errNoAPIUser)
	case req.text(passwordNames...) != account.Password, !approved:
		return nil, s.badPassword(req)
	case client != "" && !known:
		return nil, failure(errNoAPIUser)
	case client != "" && req.text("client_auth") != code:
		return nil, s.badPassword(req)
	}
	return account, traffic.Answer{}
}

// badPassword answers a wrong password, by default with the text that repeats
// it, 18 in whatcounts.md#contradictions. The log keeps a copy without it.
func (s *Service) badPassword(req request) traffic.Answer {
	switch s.Latest(badPasswordInvalid, badPasswordFailure) {
	case badPasswordInvalid:
		return told(false, "Invalid credentials")
	case badPasswordFailure:
		return failure(refusalError("Invalid credentials"))
	}
	repeating := func(password string) traffic.Answer {
		return failure(refusalError(fmt.Sprintf("Password (%s) doesn't match entry for API user credentials in database or %s isn't an approved IP", password, req.source)))
	}
	answer := repeating(concealed)
	answer.Logged, answer.Body = answer.Body, repeating(req.text(passwordNames...)).Body
	return answer
}

// require reads what a command needs, or says what is missing.
func (c *call) require(needs need) error {
	id, isNumber := c.number("list_id")
	all := needs&aListOrAll != 0 && isNumber && id == 0 && c.flag("optout")
	if needs&(aList|aListOrAll) != 0 && !all {
		known := false
		if c.list, known = c.Realm.list(id); !known {
			return errUnknownList
		}
	}
	id, isNumber = c.number("subscriber_id")
	if c.contactID = id; needs&anID != 0 && !isNumber {
		return errMissingID
	}
	switch {
	case needs&records == 0:
	case c.data == nil || len(c.data.rows) == 0:
		return errMissingData
	case !c.data.has("email"):
		return errMissingEmail
	case needs&aKey != 0 && c.CustomerKeys && !c.data.has("customer_key"):
		return errMissingKey
	}
	return nil
}

// notInRealm is what detail says of an unknown id.
func (c *call) notInRealm() error {
	return refusalError(fmt.Sprintf("Specified subscriber ID %d does not belong to the realm %s", c.contactID, c.Name))
}
