package seveng

import (
	"context"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
)

// readBack reads a record that was written just now, until agrees accepts it
// or the time for a write to show is over; the last answer then stands. An
// answer that the record is gone contradicts the write and is repeated too.
func (c *Client) readBack(ctx context.Context, key Key, agrees func(context.Context, Communication) (bool, error)) (Communication, error) {
	var found Communication
	var gone error
	err := lookUntil(ctx, c.consistency, func(ctx context.Context) (bool, error) {
		var err error
		found, err = c.Communication(ctx, key)
		if apierror.Is(err, apierror.NotFound) {
			gone = err
			return false, nil
		}
		gone = nil
		if err != nil {
			return false, err
		}
		return agrees(ctx, found)
	})
	if gone != nil && err == nil {
		return Communication{}, gone
	}
	return found, err
}

// anyState accepts every record.
func anyState(context.Context, Communication) (bool, error) { return true, nil }

// doubtful is the verdict on a write whose outcome could not be found out.
func (c *Client) doubtful(attempt string, failed error, finding, advice string, cause error) error {
	return c.failure(apierror.Uncertain, attempt, reasonOf(failed)+"; "+finding, advice, cause)
}

// unread is doubtful because the look at the record failed as well.
func (c *Client) unread(attempt string, failed, look error, advice string) error {
	return c.doubtful(attempt, failed, "what became of it could not be read: "+reasonOf(look), advice, look)
}
