package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"filippo.io/age"

	"github.com/reachops/terraform-provider-reach/internal/deletion"
)

// Exit codes, as the flag package has them.
const (
	succeeded = 0
	failed    = 1
	misused   = 2
)

// mode is that of a file written: it holds the personal data of the journal.
const mode = 0o600

const usage = `Usage: reach-restore [-config FOLDER] [-policy POLICY] [-identity FILE]
                     [-o FILE] SOURCE
       reach-restore -new-identity FILE

Prints a Terraform configuration that creates again what the provider has
deleted. SOURCE is one of these, and says by what it holds which it is:
  - the journal, which safeguards.journal_path of the provider block names
  - a state of Terraform or OpenTofu: terraform.tfstate.backup, what
    terraform state pull has printed before, an earlier version of a remote one
  - what terraform show -json prints of a state, or of the plan that deletes
Nothing is sent to either service: what is printed does nothing until it is
applied.

Flags:
  -config FOLDER   for a state or plan: the configuration as it is now. Where it
                   still has the block of a record, none is written; a comment
                   says what an apply of that block needs
  -identity FILE   for a journal with encrypted lines: the secret keys of age
                   that read them
  -new-identity FILE
                   write a new secret key to FILE, which must not exist yet,
                   and print its public key, for safeguards.journal_recipients
  -o FILE          write the configuration to FILE, which must not exist yet
  -policy POLICY   for a state or plan: safeguards.deletion_policy of the
                   provider, which counts where the state names none.
                   Left out, it is delete
  -state FILE      the same as SOURCE, where that has to be a state or plan
  -help            print this text, and end

What is printed of a journal:
  - One resource block for each record, with every field that it had when it
    was deleted. What was deleted several times is there once, as it was last,
    and as it was before in a comment below.
  - Above each block, when the record was deleted, its former id, and where it
    was. It gets a new id.

What is printed of a state or plan:
  - One resource block for each record, with what Terraform managed of it, under
    its old address. A block for an instance of count, for_each or a module has
    another name, and the address above it. Of a plan, it is what that deletes.
  - No list that the recipient has opted out of.

Of both:
  - Behind #, with the reason, what the provider cannot send again as it was:
    a value, or the whole block where that says which record it is.
  - force_sub = true where a delete has recorded a Global Optout. Leave out
    everybody who has asked not to be written to.
  - Whatever else to look at before an apply, at the top. A line that cannot be
    read is named there and skipped.

The configuration holds personal data, as its source does.

Examples:
  reach-restore deleted.jsonl
  reach-restore -o restored.tf deleted.jsonl
  reach-restore -identity key.txt -o restored.tf deleted.jsonl
  reach-restore -config . -o restored.tf terraform.tfstate.backup
`

// asked is what the arguments ask for.
type asked struct {
	path, output, folder string
	policy               string // for records of a state that names none
	isState              bool
	identity             string // the file of keys for encrypted lines
	newIdentity          string // the file to make one in, and nothing else
}

// run is the command. It returns the exit code.
func run(arguments []string, out, problems io.Writer) int {
	asked, err := parse(arguments, problems)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(out, usage)
		return succeeded
	}
	if err != nil {
		fmt.Fprint(problems, "\n", usage)
		return misused
	}
	if asked.newIdentity != "" {
		err = writeIdentity(asked.newIdentity, out, problems)
	} else {
		err = restore(asked, out, problems)
	}
	if err != nil {
		fmt.Fprintf(problems, "reach-restore: %v\n", err)
		return failed
	}
	return succeeded
}

// parse reads the arguments. What is wrong with them is printed.
func parse(arguments []string, problems io.Writer) (given asked, err error) {
	flags := flag.NewFlagSet("reach-restore", flag.ContinueOnError)
	flags.SetOutput(problems)
	flags.Usage = func() {} // run prints it, where it belongs
	var state string
	flags.StringVar(&given.output, "o", "", "")
	flags.StringVar(&given.folder, "config", "", "")
	flags.StringVar(&given.policy, "policy", string(deletion.Delete), "")
	flags.StringVar(&state, "state", "", "")
	flags.StringVar(&given.identity, "identity", "", "")
	flags.StringVar(&given.newIdentity, "new-identity", "", "")
	if err := flags.Parse(arguments); err != nil {
		return given, err
	}
	named := flags.Args()
	if state != "" {
		named, given.isState = append([]string{state}, named...), true
	}
	switch {
	case given.newIdentity != "" && flags.NFlag()+len(named) > 1:
		err = errors.New("-new-identity FILE stands alone")
	case given.newIdentity != "":
	case !slices.Contains(deletion.ContactPolicies(), given.policy):
		err = fmt.Errorf("there is no policy %q", given.policy)
	case len(named) > 1:
		err = fmt.Errorf("unexpected argument %q: flags stand before the source, of which there is one", named[1])
	case len(named) == 0 || named[0] == "":
		err = errors.New("name the journal, the state or the plan to restore from")
	default:
		given.path = named[0]
	}
	if err != nil {
		fmt.Fprintln(problems, err)
	}
	return given, err
}

// restore writes the configuration for what is asked.
func restore(given asked, out, problems io.Writer) error {
	var keys []age.Identity
	if given.identity != "" {
		var err error
		if keys, err = readIdentities(given.identity); err != nil {
			return err
		}
	}
	source, err := readInput(given.path, keys...)
	switch {
	case err != nil:
		return err
	case source.state != nil && len(keys) > 0:
		return fmt.Errorf("%s is no journal, and not encrypted; leave out -identity", given.path)
	case source.state != nil:
		return restoreState(given, source.state, out, problems)
	case given.isState:
		return fmt.Errorf("%s is a journal, and no state; leave out -state", given.path)
	case given.folder != "":
		return fmt.Errorf("%s is a journal, which has no addresses; leave out -config", given.path)
	}
	return restoreJournal(given, source.journal, out, problems)
}

// restoreJournal writes what a journal has. A line that cannot be read is told
// and costs no other; nothing is written when the file cannot be read to its end.
func restoreJournal(given asked, found *deleted, out, problems io.Writer) error {
	for _, problem := range found.unreadable {
		fmt.Fprintln(problems, passedOver(problem, given.path))
	}
	if len(found.encrypted) > 0 && (given.identity == "" || len(found.deletions) == 0) {
		return errors.New(found.unopened(given.path, given.identity))
	}
	if len(found.encrypted) > 0 {
		fmt.Fprintln(problems, found.unopened(given.path, given.identity)+" They were skipped.")
	}
	if len(found.deletions) == 0 {
		fmt.Fprintf(problems, "%s holds no deleted record.\n", given.path)
		return nil
	}
	return put(configuration(filepath.Base(given.path), found), found.summary(), given.output, out, problems)
}

// restoreState writes what a state or a plan has.
func restoreState(given asked, s *state, out, problems io.Writer) error {
	var current *folder
	if given.folder != "" {
		var err error
		if current, err = readFolder(given.folder); err != nil {
			return err
		}
	}
	r, err := restorationOf(filepath.Base(given.path), s, current, deletion.Policy(given.policy))
	if err != nil {
		return err
	}
	if r.isEmpty() {
		what := "holds no record of this provider"
		if s.isPlan {
			what = "is a plan that deletes no record of this provider"
		}
		fmt.Fprintf(problems, "%s %s.\n", given.path, what)
		return nil
	}
	for _, h := range r.unread() {
		fmt.Fprintln(problems, printable(fmt.Sprintf("%s is not restored: %v.", h.address(), h.unread)))
	}
	if len(r.again) > 0 {
		fmt.Fprintf(problems, "Of %d, the block is still in %s: apply again. What that needs stands in comments.\n", len(r.again), given.folder)
	}
	return put(r.configuration(), r.summary(), given.output, out, problems)
}

// put prints a configuration, or writes it to a new file.
func put(text []byte, summary, output string, out, problems io.Writer) error {
	if output == "" {
		_, err := out.Write(text)
		return err
	}
	if err := writeNew(output, text); err != nil {
		return err
	}
	fmt.Fprintf(problems, "Wrote %s to %s. Read it, then run terraform plan.\n", summary, output)
	return nil
}

// writeNew writes a file that does not exist yet. One that cannot be written
// in full is removed again.
func writeNew(path string, text []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s exists already and is left as it is; name another file with -o", path)
	}
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	if err = errors.Join(err, file.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}
