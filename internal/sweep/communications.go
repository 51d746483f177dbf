package main

import (
	"context"
	"fmt"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/seveng"
)

// sweepCommunications looks through the communications of the owner that the
// live tests use: 7G has no search.
func (s *sweep) sweepCommunications(ctx context.Context, client *seveng.Client, owner seveng.Owner) {
	fmt.Fprintf(s.out, "7G, %s: communications whose value begins with %s\n", owner, s.prefix)
	list, err := client.List(ctx, owner)
	if err != nil {
		s.fail("not listed: %v", err)
		return
	}
	for _, found := range list {
		if !s.isLeftOver(found.Value) {
			continue
		}
		deleted, err := s.deleteCommunication(ctx, client, found, owner)
		s.outcome(fmt.Sprintf("communication %d  %s", found.ID, found.Value), deleted, err)
		if ctx.Err() != nil || apierror.Is(err, apierror.Unauthenticated) {
			s.fail("the rest was not looked at")
			return
		}
	}
}

// deleteCommunication reads the record once more right before it goes.
func (s *sweep) deleteCommunication(ctx context.Context, client *seveng.Client, found seveng.Communication, owner seveng.Owner) (bool, error) {
	if !s.deletes {
		return false, nil
	}
	current, err := client.Read(ctx, seveng.ByID(found.ID))
	if err != nil {
		return false, err
	}
	if !s.isLeftOver(current.Value) || current.Owner.Kind != owner.Kind || current.Owner.ID != owner.ID {
		return false, errNoLongerTest
	}
	err = client.Delete(ctx, seveng.ByID(found.ID))
	return err == nil, err
}
