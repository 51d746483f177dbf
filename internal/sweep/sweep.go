// Package sweep finds what live tests have left in the accounts that the
// environment names, by the prefix of its addresses, and deletes it when it is
// told to. Its tests register the sweepers reach_contact and
// reach_communication; make sweep runs them.
//
// The environment is that of the provider and of the live tests:
//
//   - WHATCOUNTS_REALM, WHATCOUNTS_PASSWORD and the other WHATCOUNTS_ variables
//     of the provider name the realm to look in.
//   - SEVENG_ENDPOINT, with SEVENG_USERNAME and SEVENG_PASSWORD or with
//     SEVENG_ACCESS_TOKEN, names the 7G environment to look in.
//   - REACH_TEST_OWNER is the owner whose communications are looked through,
//     such as biz_entity:42, since 7G has no search.
//
// A service without its variables is left out.
package sweep

import (
	"fmt"
	"io"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/live"
)

// Options are what a sweep looks for, and what it does with that.
type Options struct {
	Prefix string // what the local part of an address begins with; itself begins with live.Prefix
	Delete bool   // whether what is found is deleted, for good, or only listed
}

// check refuses a prefix that would find more than test records.
func (o Options) check() error {
	if !strings.HasPrefix(o.Prefix, live.Prefix) {
		return fmt.Errorf("the prefix %q would find more than test records: it has to begin with %s", o.Prefix, live.Prefix)
	}
	return nil
}

// sweep is one run over one service.
type sweep struct {
	prefix  string
	deletes bool
	out     io.Writer

	found, deleted, failures int
}

// isLeftOver reports whether a value is an e-mail address that a live test
// made. Letter case counts: tests write theirs in one way only.
func (s *sweep) isLeftOver(value string) bool {
	local, domain, isAddress := strings.Cut(value, "@")
	return isAddress && domain != "" && len(local) > len(s.prefix) && strings.HasPrefix(local, s.prefix)
}

// outcome prints what became of a record that was found.
func (s *sweep) outcome(record string, deleted bool, err error) {
	s.found++
	switch {
	case apierror.Is(err, apierror.NotFound):
		fmt.Fprintf(s.out, "  gone     %s\n", record)
	case err != nil:
		s.failures++
		fmt.Fprintf(s.out, "  kept     %s: %v\n", record, err)
	case deleted:
		s.deleted++
		fmt.Fprintf(s.out, "  deleted  %s\n", record)
	default:
		fmt.Fprintf(s.out, "  found    %s\n", record)
	}
}

// fail prints why a service could not be looked through to the end.
func (s *sweep) fail(format string, arguments ...any) {
	s.failures++
	fmt.Fprintf(s.out, "  "+format+"\n", arguments...)
}

// conclude prints the sums. The error says that there were problems.
func (s *sweep) conclude() error {
	switch {
	case s.deletes:
		fmt.Fprintf(s.out, "%d records found, %d deleted.\n", s.found, s.deleted)
	case s.found > 0:
		fmt.Fprintf(s.out, "%d records found. Nothing was deleted; make sweep ARGS=-delete deletes them for good.\n", s.found)
	default:
		fmt.Fprint(s.out, "Nothing was found.\n")
	}
	if s.failures > 0 {
		return fmt.Errorf("problems: %d, see above", s.failures)
	}
	return nil
}
