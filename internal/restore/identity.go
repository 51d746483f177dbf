package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"time"

	"filippo.io/age"
)

// readIdentities reads the file of secret keys that age calls an identity file.
// What is wrong with one is not told by age's words, which may show a part of it.
func readIdentities(path string) ([]age.Identity, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	keys, err := age.ParseIdentities(bytes.NewReader(bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n"))))
	if err != nil {
		return nil, fmt.Errorf("%s is no file of secret keys of age (AGE-SECRET-KEY-1…), one to a line, as age-keygen and reach-restore -new-identity write it. "+
			"One that a passphrase protects is opened by age -d first", path)
	}
	return keys, nil
}

// writeIdentity makes a secret key in a new file, in the form of age-keygen, and
// tells the public one.
func writeIdentity(path string, out, problems io.Writer) error {
	key, err := age.GenerateX25519Identity()
	if err != nil {
		return err
	}
	text := fmt.Sprintf("# created: %s\n# public key: %s\n%s\n", time.Now().UTC().Format(time.RFC3339), key.Recipient(), key)
	if err := writeNew(path, []byte(text)); err != nil {
		return err
	}
	fmt.Fprintf(problems, "Wrote a secret key to %s. Keep it where the runner cannot read it: without it, nobody can read the journal.\nIts public key, for safeguards.journal_recipients:\n", path)
	fmt.Fprintln(out, key.Recipient())
	return nil
}
