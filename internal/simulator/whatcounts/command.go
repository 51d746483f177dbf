package whatcounts

import (
	"fmt"
	"slices"

	"github.com/reachops/terraform-provider-reach/internal/simulator/ledger"
)

// call is one command at work: who asks for what, and in which realm.
type call struct {
	*Service
	*account
	request
	touched map[int64]bool // contacts that this command has changed already
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

// commands maps every spelling of whatcounts.md#conventions to the canonical name and the work.
var commands = map[string]struct {
	name string
	run  func(*call) (ledger.Answer, error)
}{
	"sub":                     {"sub", (*call).subscribeRows},
	"subscribe":               {"sub", (*call).subscribeRows},
	"unsub":                   {"unsub", (*call).unsubscribeRows},
	"unsubscribe":             {"unsub", (*call).unsubscribeRows},
	"delete":                  {"delete", (*call).deleteRows},
	"deletesubid":             {"deletesubid", (*call).deleteByID},
	"deletebyid":              {"deletesubid", (*call).deleteByID},
	"update":                  {"update", (*call).updateRows},
	"change":                  {"change", (*call).changeAddress},
	"find":                    {"find", (*call).find},
	"findinlist":              {"findinlist", (*call).findInList},
	"detail":                  {"detail", (*call).detail},
	"show_opt":                {"show_opt", (*call).showListOptouts},
	"show_optout":             {"show_opt", (*call).showListOptouts},
	"show_optglobal":          {"show_optglobal", (*call).showGlobalOptouts},
	"show_lists":              {"show_lists", (*call).showLists},
	"getlistbyid":             {"getlistbyid", (*call).listByID},
	"getlistbyname":           {"getlistbyname", (*call).listByName},
	"getrealmsettings":        {"getrealmsettings", (*call).realmSettings},
	"rpt_subscribers_in_list": {"rpt_subscribers_in_list", (*call).subscribersInList},
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
func (s *Service) run(req request) ledger.Answer {
	account, refused := s.authenticate(req)
	if account == nil {
		return refused
	}
	name := req.text(commandNames...)
	command, found := commands[name]
	if !found || name == "deletesubid" && s.On(onlyDeleteByID) || name == "deletebyid" && s.On(onlyDeleteSubID) {
		return failure(errUnknownCommand)
	}
	answer, err := command.run(&call{Service: s, account: account, request: req, touched: map[int64]bool{}})
	if err != nil {
		return failure(err)
	}
	return answer
}

// authenticate finds the realm and checks the credentials,
// whatcounts.md#credentials. It returns the realm, or the answer that refuses
// the caller. Which of the known texts answers a wrong API client is
// constructed.
func (s *Service) authenticate(req request) (*account, ledger.Answer) {
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
	return account, ledger.Answer{}
}

// badPassword answers a wrong password, by default with the text that repeats
// it, 18 in whatcounts.md#contradictions. The log keeps a copy without it.
func (s *Service) badPassword(req request) ledger.Answer {
	switch s.Latest(badPasswordInvalid, badPasswordFailure) {
	case badPasswordInvalid:
		return told(false, "Invalid credentials")
	case badPasswordFailure:
		return failure(refusalError("Invalid credentials"))
	}
	repeating := func(password string) ledger.Answer {
		return failure(refusalError(fmt.Sprintf("Password (%s) doesn't match entry for API user credentials in database or %s isn't an approved IP", password, req.source)))
	}
	answer := repeating(concealed)
	answer.Logged, answer.Body = answer.Body, repeating(req.text(passwordNames...)).Body
	return answer
}

// requiredList reads list_id, which has to be a list of the realm. A comma
// list is refused: whether the service takes one is unknown.
func (c *call) requiredList() (List, error) {
	id, _ := c.number("list_id")
	list, found := c.list(id)
	if !found {
		return List{}, errUnknownList
	}
	return list, nil
}

// requiredRows reads the data argument, which has to name an e-mail column
// and at least one record.
func (c *call) requiredRows() ([]dataRow, error) {
	switch {
	case c.data == nil || len(c.data.rows) == 0:
		return nil, errMissingData
	case !c.data.has("email"):
		return nil, errMissingEmail
	}
	return c.data.rows, nil
}

// requiredKey refuses data without customer_key in a customer-key realm.
func (c *call) requiredKey() error {
	if c.CustomerKeys && !c.data.has("customer_key") {
		return errMissingKey
	}
	return nil
}

// requiredContactID reads subscriber_id.
func (c *call) requiredContactID() (int64, error) {
	id, ok := c.number("subscriber_id")
	if !ok {
		return 0, errMissingID
	}
	return id, nil
}

// notInRealm is what detail says of an unknown id.
func (c *call) notInRealm(id int64) error {
	return refusalError(fmt.Sprintf("Specified subscriber ID %d does not belong to the realm %s", id, c.Name))
}
