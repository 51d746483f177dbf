package communication

import (
	"context"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/httpclient"
	"github.com/reachops/terraform-provider-reach/internal/seveng"
)

// find is the one place that decides whether the communication in state is
// still there. An answer of gone is looked at twice where the record has a
// second id. An answer that contradicts the state is asked for again at the
// given pace.
func find(ctx context.Context, client *seveng.Client, state model, pace httpclient.Consistency) (seveng.Communication, error) {
	expected, problems := state.communication(ctx)
	if problems.HasError() {
		// The framework has decoded this state before; it cannot fail here.
		return expected, &apierror.Error{Kind: apierror.Invalid, Reason: problems.Errors()[0].Detail()}
	}
	var found seveng.Communication
	var foundErr error
	err := pace.Until(ctx, func(ctx context.Context) (bool, error) {
		found, foundErr = lookTwice(ctx, client, expected)
		if foundErr != nil && !apierror.Is(foundErr, apierror.NotFound) {
			return false, foundErr
		}
		return foundErr == nil && same(found, expected), nil
	})
	if err != nil {
		return found, err
	}
	return found, foundErr
}

func lookTwice(ctx context.Context, client *seveng.Client, expected seveng.Communication) (seveng.Communication, error) {
	found, err := client.Communication(ctx, seveng.ByID(expected.ID))
	if !apierror.Is(err, apierror.NotFound) || expected.ExternalID == "" {
		return found, err
	}
	again, secondErr := client.Communication(ctx, seveng.ByExternalID(expected.ExternalID))
	switch {
	case secondErr != nil && !apierror.Is(secondErr, apierror.NotFound):
		return found, secondErr
	case secondErr == nil && again.ID == expected.ID:
		return again, nil
	}
	// Gone, or another record has taken the external id since.
	return found, err
}
