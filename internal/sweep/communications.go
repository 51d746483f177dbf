package sweep

import (
	"context"
	"fmt"
	"io"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/seveng"
)

// Communications sweeps the owner and the 7G environment that the environment
// names.
func Communications(ctx context.Context, out io.Writer, environment func(string) string, options Options) error {
	found, err := connect(environment, options)
	if err != nil || found.communications == nil {
		return err
	}
	s := &sweep{prefix: options.Prefix, deletes: options.Delete, out: out}
	fmt.Fprintf(out, "7G, %s: communications whose value begins with %s\n", found.owner, options.Prefix)
	s.communications(ctx, found.communications, found.owner)
	return s.conclude()
}

// communications looks through those of the owner that the live tests use: 7G
// has no search.
func (s *sweep) communications(ctx context.Context, client *seveng.Client, owner seveng.Owner) {
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
