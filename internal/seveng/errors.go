package seveng

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/httpclient"
)

// What to do next. Each text ends an error, so it has no full stop of its own.
const (
	adviceEndpoint = "Check that seveng.endpoint (SEVENG_ENDPOINT) is the base URL of a 7G environment"

	adviceNoCredentials = "Set seveng.username (SEVENG_USERNAME) and seveng.password (SEVENG_PASSWORD), or seveng.access_token (SEVENG_ACCESS_TOKEN)"

	adviceLoginRefused = "Check seveng.username (SEVENG_USERNAME), seveng.password (SEVENG_PASSWORD) and seveng.endpoint (SEVENG_ENDPOINT). " +
		"Three failed logins lock the account: if it may be locked, wait ten minutes before you run again"

	adviceNotALogin = adviceEndpoint + ". The login is not tried again in this run"

	adviceLoginGivenUp = "No other login is tried in this run: each may have counted as a failure, and three within ten minutes lock the account"

	adviceLoginUnanswered = "Check seveng.endpoint (SEVENG_ENDPOINT) and the network, then run again"

	adviceTooMany = "7G limits requests. Wait a minute and run again, with seveng.requests_per_second set to a lower rate"

	adviceGivenToken = "Set seveng.access_token (SEVENG_ACCESS_TOKEN) to a fresh token, or remove it and set seveng.username (SEVENG_USERNAME) and seveng.password (SEVENG_PASSWORD) so that tokens are renewed"

	adviceRefusedAgain = "Check that the user named by seveng.username (SEVENG_USERNAME) may use this part of 7G: a missing permission can look like this too"

	adviceForbidden = "Have the read, creation, update and deletion permissions for communications given to the 7G user that seveng.username (SEVENG_USERNAME) or seveng.access_token (SEVENG_ACCESS_TOKEN) belongs to"

	adviceRefused = "Nothing was changed: correct what 7G objects to (what it calls Name is value here)"

	adviceTryAgain = "Run again; if it stays, check seveng.endpoint (SEVENG_ENDPOINT)"

	adviceCandidates = "Look in 7G whether it is new, and import or delete it before you apply again: otherwise it would be created twice"

	adviceReread = "Look at the record in 7G before running again"
)

// maxReason is how much of a text from the service is passed on.
const maxReason = 600

// failure is an error whose texts are clean. Secrets go before the text is
// shortened, since half a secret would no longer be recognised.
func (c *Client) failure(kind apierror.Kind, attempt, reason, advice string, cause error) *apierror.Error {
	reason = strings.Join(strings.Fields(c.http.Answer(reason)), " ")
	if letters := []rune(reason); len(letters) > maxReason {
		reason = string(letters[:maxReason]) + "…"
	}
	return &apierror.Error{
		Kind:    kind,
		Attempt: c.Clean(attempt),
		Reason:  strings.TrimRight(reason, ". "),
		Advice:  c.Clean(advice),
		Cause:   cause,
	}
}

// unreadable is the error of a read whose answer cannot be understood.
func (c *Client) unreadable(attempt, reason, advice string, cause error) error {
	return apierror.OfRead(c.failure(apierror.Uncertain, attempt, reason, advice, cause))
}

// unanswered is the error of a request that got no whole answer: NotSent when
// it cannot have reached 7G, Uncertain otherwise.
func (c *Client) unanswered(attempt string, err error) *apierror.Error {
	kind := apierror.Uncertain
	var failed *httpclient.Failure
	if errors.As(err, &failed) && !failed.Sent {
		kind = apierror.NotSent
	}
	return c.failure(kind, attempt, err.Error(), adviceTryAgain, err)
}

// withoutToken is the error of a call that was not made, or whose token was
// refused, because no good access token could be had.
func (c *Client) withoutToken(attempt string, err error) error {
	var failed *apierror.Error
	if !errors.As(err, &failed) {
		return c.failure(apierror.NotSent, attempt, "no access token: "+err.Error(), "", err)
	}
	kind := failed.Kind
	if kind != apierror.Unauthenticated && kind != apierror.Invalid && kind != apierror.Forbidden {
		kind = apierror.NotSent
	}
	return c.failure(kind, attempt, failed.Attempt+": "+failed.Reason, failed.Advice, err)
}

// cached is the error of a read that several callers wait for, one of whom may
// be cancelled meanwhile.
func (c *Client) cached(attempt string, err error) error {
	var failed *apierror.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &failed):
		return failed
	}
	return c.failure(apierror.NotSent, attempt, "the run ended while it was waited for", "", err)
}

// uncertain is the error of a write whose outcome could not be found out:
// lost is why its answer is missing, finding what a look has shown.
func (c *Client) uncertain(attempt string, lost error, finding, advice string, cause error) error {
	return c.failure(apierror.Uncertain, attempt, reasonOf(lost)+"; "+finding, advice, cause)
}

// unread is uncertain because the look at the record failed as well.
func (c *Client) unread(attempt string, lost, look error, advice string) error {
	return c.uncertain(attempt, lost, "what became of it could not be read: "+reasonOf(look), advice, look)
}

// endOf says why a context has ended.
func endOf(ctx context.Context) string {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return "no answer within the time that was left for the operation (timeouts)"
	}
	return "the run was cancelled"
}

// reasonOf is what an error says apart from its attempt and advice, for use
// inside another error.
func reasonOf(err error) string {
	var failed *apierror.Error
	if errors.As(err, &failed) && failed.Reason != "" {
		return failed.Reason
	}
	return err.Error()
}

// Conflict says in which way an existing record stands where another was
// wanted.
type Conflict string

// The ways in which records stand in each other's place.
const (
	SameExternalID Conflict = "has the same external id"
	SameValue      Conflict = "has the same type, value and owner"
	OwnerTaken     Conflict = "holds the owner's only place"
	JustCreated    Conflict = "was created by this call, but could not be read back"
)

// ExistsError is the detail of a failed create, or transfer to another owner,
// when a record is there that explains it. It is found with errors.As beneath
// the *apierror.Error. The record was not adopted and not changed.
type ExistsError struct {
	Existing Communication
	Conflict Conflict
}

// Error names the record and how it conflicts.
func (e *ExistsError) Error() string {
	return fmt.Sprintf("communication %d %s", e.Existing.ID, e.Conflict)
}

// advice is what to do about it: own is the id of the record that was to be
// updated, or 0 for a create.
func (e *ExistsError) advice(own int64) string {
	switch {
	case e.Conflict == OwnerTaken:
		return fmt.Sprintf("7G allows this owner one communication: use or delete communication %d, or name another owner", e.Existing.ID)
	case own != 0:
		return fmt.Sprintf("Choose another value, or delete communication %d if nobody needs it", e.Existing.ID)
	}
	return fmt.Sprintf("Adopt communication %d instead of creating it, choose other values, or delete it if nobody needs it", e.Existing.ID)
}

// explain adds to a refusal which existing record explains it. It asks 7G only
// now that something was refused. When that fails the refusal stands as it is,
// with a note. own is the id of the record that was to be updated, or 0.
func (c *Client) explain(ctx context.Context, refusal error, own int64, wanted Spec) error {
	var refused *apierror.Error
	if !errors.As(refusal, &refused) {
		return refusal
	}
	existing, err := c.existing(ctx, errors.Is(refusal, errOwnerTaken), own, wanted)
	explained := *refused
	switch {
	case existing != nil:
		explained.Kind, explained.Cause = apierror.Conflict, existing
		found := fmt.Sprintf("communication %d", existing.Existing.ID)
		if existing.Existing.Value != wanted.Value || existing.Existing.Owner.Kind != wanted.Owner.Kind || existing.Existing.TypeID != wanted.TypeID {
			found = c.identify(existing.Existing)
		}
		explained.Reason = c.Clean(fmt.Sprintf("%s (%s %s)", refused.Reason, found, existing.Conflict))
		explained.Advice = existing.advice(own)
	case apierror.Is(err, apierror.NotFound):
		explained.Advice = c.Clean(fmt.Sprintf("7G has no %s: check owner.type, and owner.id or owner.external_id", wanted.Owner))
	case err != nil:
		explained.Advice = c.Clean(fmt.Sprintf("%s. Whether an existing record is the reason could not be looked up: %s", refused.Advice, reasonOf(err)))
	}
	return &explained
}

// existing is the record that stands in the way of wanted, or nil. The error
// is NotFound when the owner does not exist.
func (c *Client) existing(ctx context.Context, ownerTaken bool, own int64, wanted Spec) (*ExistsError, error) {
	if wanted.ExternalID != "" && own == 0 && !ownerTaken {
		found, err := c.Read(ctx, ByExternalID(wanted.ExternalID))
		if err == nil {
			return &ExistsError{found, SameExternalID}, nil
		}
		if !apierror.Is(err, apierror.NotFound) {
			return nil, err
		}
	}
	list, err := c.consistentList(ctx, wanted.Owner)
	if err != nil {
		return nil, err
	}
	for _, m := range list {
		switch {
		case m.ID == own:
		case ownerTaken:
			return &ExistsError{m, OwnerTaken}, nil
		case m.TypeID == wanted.TypeID && EqualValues(wanted.Value, m.Value):
			return &ExistsError{m, SameValue}, nil
		}
	}
	return nil, nil
}

// describe is a communication that may have no id yet, as words in a
// sentence: "the email billing@example.com of biz_entity 42". The type has its
// name once [Client.Types] was asked.
func (c *Client) describe(s Spec) string {
	kind := fmt.Sprintf("communication of type %d", s.TypeID)
	if names := c.typeNames.Load(); names != nil && (*names)[s.TypeID] != "" {
		kind = strings.ToLower((*names)[s.TypeID])
	}
	text := fmt.Sprintf("the %s %s of %s", kind, s.Value, s.Owner)
	if s.ExternalID != "" {
		text += " (external id " + s.ExternalID + ")"
	}
	return text
}

// identify is a record that exists, as words in a sentence.
func (c *Client) identify(m Communication) string {
	return fmt.Sprintf("communication %d, %s", m.ID, c.describe(m.Spec))
}

func (c *Client) identifyAll(list []Communication) string {
	texts := make([]string, 0, len(list))
	for _, m := range list {
		texts = append(texts, c.identify(m))
	}
	return strings.Join(texts, "; ")
}
