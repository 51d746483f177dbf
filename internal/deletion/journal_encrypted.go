package deletion

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"filippo.io/age"
)

// encryptedLine is a line of the journal for the eyes of few. It is encrypted by
// age, as a whole. What stands beside that names nobody: by its time a line is
// dropped once it is old, and by its id once a person asks to be forgotten.
type encryptedLine struct {
	Time time.Time `json:"time"`
	Kind string    `json:"kind"`
	ID   int64     `json:"id"`
	Age  []byte    `json:"age"` // Base64 of an age file (age-encryption.org/v1), which holds the line
}

// RecipientError is a text that is no recipient.
type RecipientError struct {
	Number int // of the recipient, the first being 0
	// IsSecret: it is the key that would read the journal. Nothing may show it,
	// and no diagnostic point to the line of the configuration that holds it.
	IsSecret bool
}

// Error says what is wrong, without the text: it may be a secret.
func (e *RecipientError) Error() string {
	if e.IsSecret {
		return fmt.Sprintf("entry %d is a secret key of age, with which the journal would be read. Take it out of the configuration, and do not use it any more: it may be in a plan file, and in version control. "+
			"Set the public key of a new one, which begins with age1; age-keygen and reach-restore -new-identity print it", e.Number)
	}
	return fmt.Sprintf("entry %d is no X25519 public key of age, which begins with age1 and is 62 characters long. Copy the public key that age-keygen or reach-restore -new-identity has printed", e.Number)
}

// NewRecipients reads public keys of age. The error for a text that is none is a
// [RecipientError].
func NewRecipients(keys []string) ([]age.Recipient, error) {
	if len(keys) == 0 {
		return nil, errors.New("the list is empty, so that nobody could read the journal. List a public key of age, or leave the list out for a journal in plain text")
	}
	var recipients []age.Recipient
	for number, key := range keys {
		recipient, err := age.ParseX25519Recipient(strings.TrimSpace(key))
		if err != nil {
			return nil, &RecipientError{number, strings.Contains(strings.ToUpper(key), "AGE-SECRET-KEY-")}
		}
		recipients = append(recipients, recipient)
	}
	return recipients, nil
}

// seal is a line for the recipients alone, and without any as it is.
func seal(line Line, text []byte, recipients []age.Recipient) ([]byte, error) {
	if len(recipients) == 0 {
		return text, nil
	}
	var sealed bytes.Buffer
	encryption, err := age.Encrypt(&sealed, recipients...)
	if err == nil {
		_, err = encryption.Write(text)
	}
	if err == nil {
		err = encryption.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("encrypting it: %w", err)
	}
	return jsonText(encryptedLine{line.Time, line.Kind, line.ID, sealed.Bytes()})
}

// EncryptedError is a line that none of the identities given can read.
type EncryptedError struct {
	Number int // of the line, the first being 1
}

// Error names the line.
func (e *EncryptedError) Error() string {
	return fmt.Sprintf("line %d is encrypted for others", e.Number)
}

// identities are the secret keys by which encrypted lines are read.
type identities []age.Identity

// errForOthers is what becomes of a line that was encrypted for others.
var errForOthers = errors.New("it is encrypted for others")

// open reads a line that was encrypted. What stands beside it has to be what it
// says itself: lines are dropped by that.
func (i identities) open(text []byte) (line Line, err error) {
	var sealed encryptedLine
	if err := unmarshal(text, &sealed); err != nil {
		return line, err
	}
	if len(i) == 0 {
		return line, errForOthers
	}
	plain, err := age.Decrypt(bytes.NewReader(sealed.Age), i...)
	var noMatch *age.NoIdentityMatchError
	if errors.As(err, &noMatch) {
		return line, errForOthers
	}
	if err == nil {
		text, err = io.ReadAll(plain)
	}
	if err == nil {
		err = unmarshal(text, &line)
	}
	switch {
	case err != nil:
		// Not wrapped: the text within ends early, and not the line around it.
		return Line{}, fmt.Errorf("what was encrypted: %s", err.Error())
	case !line.Time.Equal(sealed.Time) || line.Kind != sealed.Kind || line.ID != sealed.ID:
		return Line{}, fmt.Errorf("what was encrypted is of %s %d at %s, and not what stands beside it", line.Kind, line.ID, line.Time.Format(time.RFC3339))
	}
	return line, nil
}
