package whatcounts

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/reachops/terraform-provider-reach/internal/apierror"
	"github.com/reachops/terraform-provider-reach/internal/httpclient"
	"github.com/reachops/terraform-provider-reach/internal/textform"
)

// optoutQuery is one opt-out query: of one list, or of the realm when list is
// 0, over so many days back.
type optoutQuery struct {
	list int64
	days int
}

// ever are the numbers of days to ask for, one after the other, when every
// opt-out is meant. The largest number that the service takes is not known.
var ever = []int{36500, 3650, 365}

var optoutRows = layout{keys: []string{"email"}, order: []string{"email", "customer_key"}}

// OptedOut reports whether address is among the opt-outs of a list, or among
// the global ones when listID is 0, of so many days back; days of 0 mean ever.
// Whether global opt-outs show up under a list is not known, so "would a
// subscription be refused?" takes both. The service only lists opt-outs whole,
// so each query is sent once per Client, for all callers, until one of the
// Client's own commands may have changed the answer.
// whatcounts.md#show_opt whatcounts.md#show_optglobal.
func (c *Client) OptedOut(ctx context.Context, email string, listID int64, days int) (bool, error) {
	if err := CheckIdentity("email", email); err != nil {
		return false, err
	}
	query := optoutQuery{listID, max(days, 0)}
	shown, err := c.shownBy(ctx, query)
	optedOut := shown.contain(hashOf(email))
	if err == nil && !optedOut && !isASCII(email) && shown.contain(unreadableAddress) {
		err = &apierror.Error{
			Kind: apierror.Uncertain, Attempt: query.attempt(),
			Reason: "the answer holds addresses that are not UTF-8, one of which may be " + email, Advice: adviceOnCharset,
		}
	}
	return optedOut, err
}

// shownBy is what a query shows, and nothing where it fails.
func (c *Client) shownBy(ctx context.Context, query optoutQuery) (addressSet, error) {
	shown, err := c.optouts.Get(ctx, query, func(ctx context.Context) (addressSet, error) {
		return c.collectOptouts(ctx, query)
	})
	if err != nil {
		return nil, notSent(query.attempt(), err)
	}
	return shown, nil
}

// collectOptouts keeps what a query shows in a form that is small enough for
// millions. One that is cut off on its way is asked again from the start.
func (c *Client) collectOptouts(ctx context.Context, query optoutQuery) (addressSet, error) {
	var shown addressSet
	err := c.repeatStream(ctx, func() error {
		shown = nil
		return c.eachOptout(ctx, query, func(email, key string) error {
			if !utf8.ValidString(email) {
				email = ""
			}
			shown = shown.with(hashOf(email))
			if key != "" {
				shown = shown.with(hashOfKeyed(email, key))
			}
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	return shown.sorted(), nil
}

// EachOptout calls yield with every address that the query shows, as it
// arrives and as it is written there, possibly more than once, and read as windows-1252 where
// it is not UTF-8. An error of
// yield ends the query and is returned as it is. The arguments are those of
// [Client.OptedOut]. An answer that ends early is an error, also after
// addresses were yielded.
func (c *Client) EachOptout(ctx context.Context, listID int64, days int, yield func(email string) error) error {
	if listID < 0 {
		return invalid("asking for opt-outs", fmt.Sprintf("there is no list %d", listID), "Give the number of a list in list_id, or leave it out for the global opt-outs.")
	}
	return c.eachOptout(ctx, optoutQuery{listID, max(days, 0)}, func(email, _ string) error { return yield(httpclient.Readable(email)) })
}

// eachOptout also yields the customer key, which is empty where none is shown.
func (c *Client) eachOptout(ctx context.Context, query optoutQuery, yield func(email, key string) error) error {
	if query.days > 0 {
		return c.streamOptouts(ctx, query, yield)
	}
	var err error
	began := false
	for _, days := range ever {
		err = c.streamOptouts(ctx, optoutQuery{query.list, days}, func(email, key string) error {
			began = true
			return yield(email, key)
		})
		// The service refuses in place of the rows; what comes later is yield's.
		if began || !apierror.Is(err, apierror.Refused) {
			return err
		}
	}
	return err
}

func (q optoutQuery) attempt() string {
	if q.list == 0 {
		return "asking for the global opt-outs"
	}
	return fmt.Sprintf("asking for the opt-outs of list %d", q.list)
}

func (q optoutQuery) command() command {
	days := argument{"days", strconv.Itoa(q.days)}
	if q.list == 0 {
		return tableCommand("show_optglobal", days)
	}
	return tableCommand("show_opt", argument{"list_id", strconv.FormatInt(q.list, 10)}, days)
}

func (c *Client) streamOptouts(ctx context.Context, query optoutQuery, yield func(email, key string) error) error {
	attempt := query.attempt()
	err := c.stream(ctx, attempt, query.command(), func(status int, body io.Reader) error {
		return c.readOptouts(attempt, status, body, yield)
	})
	if apierror.Is(err, apierror.Refused) {
		return withAdvice(err, "Check list_id and days.")
	}
	return err
}

// readOptouts reads the answer to an opt-out query.
func (c *Client) readOptouts(attempt string, status int, body io.Reader, yield func(email, key string) error) error {
	return c.readStream(attempt, status, body, optoutRows, func(row tableRow) error {
		email := strings.TrimSpace(row.text("email"))
		if !strings.Contains(email, "@") || strings.ContainsAny(email, " <>\r\n") {
			return c.unreadable(attempt, fmt.Errorf("%w: it holds no address", errMalformedRow))
		}
		return yield(email, row.text("customer_key"))
	})
}

// addressSet is a set of addresses that takes 16 bytes for each: a hash. Two
// addresses with one hash would be needed for a wrong answer; among millions
// that is less likely than a fault of the machine. It grows piece by piece: one
// slice that is copied whenever it is full takes several times its size.
type addressSet [][]addressHash

type addressHash [16]byte

// The sizes of the first piece and of the largest.
const (
	smallestPiece = 64
	largestPiece  = 1 << 14
)

// unreadableAddress stands for all addresses that are not UTF-8.
var unreadableAddress = hashOf("")

func hashOf(email string) addressHash {
	sum := sha256.Sum256([]byte(textform.Key(email)))
	return addressHash(sum[:16])
}

// hashOfKeyed is an address together with a customer key. Keys differ by letter
// case.
func hashOfKeyed(email, key string) addressHash {
	address := hashOf(email)
	sum := sha256.Sum256(append(address[:], textform.Compose(key)...))
	return addressHash(sum[:16])
}

func (f addressHash) compare(other addressHash) int { return bytes.Compare(f[:], other[:]) }

// with adds an address. The set has to be sorted before it is asked.
func (f addressSet) with(address addressHash) addressSet {
	last := len(f) - 1
	if last < 0 || len(f[last]) == cap(f[last]) {
		f = append(f, make([]addressHash, 0, min(smallestPiece<<min(len(f), 16), largestPiece)))
		last++
	}
	f[last] = append(f[last], address)
	return f
}

// sorted is the set with each piece in order.
func (f addressSet) sorted() addressSet {
	for _, piece := range f {
		slices.SortFunc(piece, addressHash.compare)
	}
	return f
}

// contain reports whether an address is in the set.
func (f addressSet) contain(wanted addressHash) bool {
	return slices.ContainsFunc(f, func(piece []addressHash) bool {
		_, found := slices.BinarySearchFunc(piece, wanted, addressHash.compare)
		return found
	})
}

// optedOutOf are the opt-outs that stand against a subscription. Where the
// service refuses a query, its answer to the subscribe decides.
func (c *Client) optedOutOf(ctx context.Context, email string, list int64) (global, ofList bool, err error) {
	if global, err = c.OptedOut(ctx, email, 0, 0); err != nil && !apierror.Is(err, apierror.Refused) {
		return false, false, err
	}
	if ofList, err = c.OptedOut(ctx, email, list, 0); err != nil && !apierror.Is(err, apierror.Refused) {
		return false, false, err
	}
	return global, ofList, nil
}

// shownOptouts are the same, as far as the service shows them. They explain a
// refusal that is certain without them, so a query that fails explains nothing
// and is no error of its own.
func (c *Client) shownOptouts(ctx context.Context, email string, list int64) (global, ofList bool) {
	global, globalErr := c.OptedOut(ctx, email, 0, 0)
	ofList, listErr := c.OptedOut(ctx, email, list, 0)
	return global && globalErr == nil, ofList && listErr == nil
}

// awaits notes a subscription that was accepted and does not show, where it
// waits for the recipient: the service counted none for it, or an opt-out of the
// address has been ruled out. whatcounts.md#contradictions.
func (o *Outcome) awaits(ctx context.Context, c *Client, email string, list int64, counted int) {
	if counted == 0 {
		o.Pending, o.Asking = append(o.Pending, list), append(o.Asking, list)
		return
	}
	global, globalErr := c.OptedOut(ctx, email, 0, 0)
	ofList, listErr := c.OptedOut(ctx, email, list, 0)
	if globalErr == nil && listErr == nil && !global && !ofList {
		o.Pending = append(o.Pending, list)
	}
}
