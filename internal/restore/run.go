package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Exit codes, as the flag package has them.
const (
	succeeded = 0
	failed    = 1
	misused   = 2
)

// mode is that of a file written: it holds the personal data of the journal.
const mode = 0o600

const usage = `Usage: restore [-o FILE] JOURNAL

Prints a Terraform configuration that creates again what the provider has
deleted. JOURNAL is the file that safeguards.journal_path of the provider block
names. Nothing is sent to either service: what is printed does nothing until it
is applied.

Flags:
  -o FILE   write the configuration to FILE, which must not exist yet
  -help     print this text, and end

What is printed:
  - One resource block for each record, with every field that it had when it
    was deleted. What was deleted several times is there once, as it was last,
    and as it was before in a comment below.
  - Above each block, when the record was deleted and its former id. It gets a
    new one.
  - Behind #, with the reason, what the provider cannot send again as it was:
    a value, or the whole block where that says which record it is.
  - force_sub = true where a delete has recorded a Global Optout. Leave out
    whoever has asked not to be written to.
  - Whatever else to look at before an apply, at the top. A line that cannot be
    read is named there and passed over.

The configuration holds personal data, as the journal does.

Examples:
  restore deleted.jsonl
  restore -o restored.tf deleted.jsonl
`

// run is the command. It returns the exit code.
func run(arguments []string, out, problems io.Writer) int {
	output, path, err := parse(arguments, problems)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(out, usage)
		return succeeded
	}
	if err != nil {
		fmt.Fprint(problems, "\n", usage)
		return misused
	}
	if err := restore(path, output, out, problems); err != nil {
		fmt.Fprintf(problems, "restore: %v\n", err)
		return failed
	}
	return succeeded
}

// parse reads the arguments. What is wrong with them is printed.
func parse(arguments []string, problems io.Writer) (output, path string, err error) {
	flags := flag.NewFlagSet("restore", flag.ContinueOnError)
	flags.SetOutput(problems)
	flags.Usage = func() {} // run prints it, where it belongs
	flags.StringVar(&output, "o", "", "")
	if err := flags.Parse(arguments); err != nil {
		return "", "", err
	}
	switch {
	case flags.NArg() > 1:
		err = fmt.Errorf("unexpected argument %q: flags stand before the journal, of which there is one", flags.Arg(1))
	case flags.Arg(0) == "":
		err = errors.New("name the journal to restore from")
	}
	if err != nil {
		fmt.Fprintln(problems, err)
	}
	return output, flags.Arg(0), err
}

// restore writes the configuration for the journal at a path. A line that
// cannot be read is told and costs no other; nothing is written when the file
// cannot be read to its end.
func restore(path, output string, out, problems io.Writer) error {
	found, err := readJournal(path)
	if err != nil {
		return err
	}
	for _, problem := range found.unreadable {
		fmt.Fprintln(problems, passedOver(problem, path))
	}
	if len(found.deletions) == 0 {
		fmt.Fprintf(problems, "%s holds no deleted record.\n", path)
		return nil
	}
	text := configuration(filepath.Base(path), found)
	if output == "" {
		_, err := out.Write(text)
		return err
	}
	if err := writeNew(output, text); err != nil {
		return err
	}
	fmt.Fprintf(problems, "Wrote %s to %s. Read it, then run terraform plan.\n", found.summary(), output)
	return nil
}

func readJournal(path string) (*deleted, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	found, err := collect(file)
	if err = errors.Join(err, file.Close()); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return found, nil
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
