package seveng

import (
	"context"
	"net/http"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// DeleteCommunication deletes a record for good, with one request when the
// answer is clear. A record that is recognisably not there counts as deleted.
//
// When it is not known whether a request was done, the record is read: gone,
// it was deleted; still there, the request is repeated, at most
// Transport.MaxRetries times.
//
// The error is a *apierror.Error: Refused and Forbidden when the record is as
// it was, Unknown when it may be gone.
//
// 7G: Communication, DELETE.
func (c *Client) DeleteCommunication(ctx context.Context, key Key) error {
	attempt := "deleting " + key.String()
	if err := c.checkKey(attempt, key); err != nil {
		return err
	}
	defer c.lists.Clear()
	err := c.delete(ctx, attempt, key)
	if err == nil {
		c.recent.note(c.now(), key.ID, Communication{})
	}
	return err
}

func (c *Client) delete(ctx context.Context, attempt string, key Key) error {
	for number := 0; ; number++ {
		_, err := c.call(ctx, request{
			attempt: attempt,
			method:  http.MethodDelete,
			path:    communicationPath,
			query:   key.query(),
			subject: communicationSubject,
			quoted:  []string{key.ExternalID},
		})
		switch apierror.Of(err) {
		case 0, apierror.NotFound:
			return nil
		case apierror.Uncertain:
		default:
			return err
		}
		gone, lookErr := c.goneBy(ctx, key)
		switch {
		case lookErr != nil:
			return c.unread(attempt, err, lookErr, "Look in 7G whether the record is still there before running again")
		case gone:
			return nil
		case number >= c.retries || !c.pause(ctx, number, err):
			return c.doubtful(attempt, err, "the record is still there", adviceTryAgain, err)
		}
	}
}

// goneBy reports whether a record disappears within the time a delete may need
// to show.
func (c *Client) goneBy(ctx context.Context, key Key) (bool, error) {
	gone := false
	err := lookUntil(ctx, c.consistency, func(ctx context.Context) (bool, error) {
		_, err := c.Communication(ctx, key)
		if gone = apierror.Is(err, apierror.NotFound); gone {
			return true, nil
		}
		return false, err
	})
	return gone, err
}
