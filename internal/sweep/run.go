package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/live"
)

// Exit codes, as the flag package has them.
const (
	succeeded = 0
	failed    = 1
	misused   = 2
)

const usage = `Usage: sweep [-delete] [-prefix PREFIX]

Lists what live tests have left in the accounts that the environment names:
contacts whose e-mail address begins with ` + live.Prefix + `, and e-mail addresses
of one owner in 7G that do. Nothing is deleted without -delete.

Flags:
  -delete          delete what is listed, for good; contacts by id, so that no
                   Global Optout is asked for
  -prefix PREFIX   only what begins with PREFIX, which begins with ` + live.Prefix + `
  -help            print this text, and end

Environment:
  WHATCOUNTS_REALM, WHATCOUNTS_PASSWORD and the other WHATCOUNTS_ variables of
                   the provider: the realm to look in
  SEVENG_ENDPOINT, SEVENG_USERNAME, SEVENG_PASSWORD or SEVENG_ACCESS_TOKEN:
                   the 7G environment to look in
  REACH_TEST_OWNER the owner whose communications to look through, such as
                   biz_entity:42: 7G has no search
A service without credentials is left out.
`

// run is the command. It returns the exit code.
func run(ctx context.Context, arguments []string, environment func(string) string, out, problems io.Writer) int {
	s, err := parse(arguments, problems)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(out, usage)
		return succeeded
	}
	var found accounts
	if err == nil {
		if found, err = connect(environment); err != nil {
			fmt.Fprintf(problems, "sweep: %v\n", err)
		}
	}
	if err != nil {
		fmt.Fprint(problems, "\n", usage)
		return misused
	}
	s.out = out
	if found.contacts != nil {
		s.sweepContacts(ctx, found.contacts, found.realm)
	}
	if found.communications != nil {
		s.sweepCommunications(ctx, found.communications, found.owner)
	}
	return s.conclude()
}

// parse reads the flags. What is wrong with them is printed.
func parse(arguments []string, problems io.Writer) (*sweep, error) {
	s := &sweep{}
	flags := flag.NewFlagSet("sweep", flag.ContinueOnError)
	flags.SetOutput(problems)
	flags.Usage = func() {} // run prints it, where it belongs
	flags.BoolVar(&s.deletes, "delete", false, "")
	flags.StringVar(&s.prefix, "prefix", live.Prefix, "")
	if err := flags.Parse(arguments); err != nil {
		return nil, err
	}
	var err error
	switch {
	case flags.NArg() > 0:
		err = fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case !strings.HasPrefix(s.prefix, live.Prefix):
		err = fmt.Errorf("the prefix %q would find more than test records: it has to begin with %s", s.prefix, live.Prefix)
	}
	if err != nil {
		fmt.Fprintf(problems, "sweep: %v\n", err)
	}
	return s, err
}
