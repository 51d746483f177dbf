package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// sweep is one run over both services.
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

// conclude prints the sums and returns the exit code.
func (s *sweep) conclude() int {
	switch {
	case s.deletes:
		fmt.Fprintf(s.out, "\n%d records found, %d deleted.\n", s.found, s.deleted)
	case s.found > 0:
		fmt.Fprintf(s.out, "\n%d records found. Nothing was deleted; make sweep ARGS=-delete deletes them for good.\n", s.found)
	default:
		fmt.Fprint(s.out, "\nNothing was found.\n")
	}
	if s.failures > 0 {
		fmt.Fprintf(s.out, "Problems: %d, see above.\n", s.failures)
		return failed
	}
	return succeeded
}
