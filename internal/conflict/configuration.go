package conflict

import (
	"crypto/sha256"
	"hash"
	"io"
	"maps"
	"math/big"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Configuration tells a configuration from all others, in few bytes: a run keeps
// one for each record that it makes.
func Configuration(of tfsdk.Config) string {
	digest := sha256.New()
	add(digest, of.Raw)
	return string(digest.Sum(nil)[:16])
}

// add puts a value into a digest piece by piece: as one text, the rows of a large
// set would be in memory several times.
func add(digest hash.Hash, value tftypes.Value) {
	var (
		text   string
		number *big.Float
		flag   bool
		list   []tftypes.Value
		fields map[string]tftypes.Value
	)
	mark := func(kind string) { _, _ = io.WriteString(digest, kind) }
	switch {
	case !value.IsKnown():
		mark("?")
	case value.IsNull():
		mark("-")
	case value.As(&text) == nil:
		mark("s")
		// Without its own WriteTo, which copies all of it.
		_, _ = io.Copy(digest, struct{ io.Reader }{strings.NewReader(text)})
	case value.As(&number) == nil:
		mark("n" + number.Text('g', -1))
	case value.As(&flag) == nil && flag:
		mark("true")
	case value.As(&flag) == nil:
		mark("false")
	case value.As(&fields) == nil:
		mark("{")
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			mark(name)
			mark(":")
			add(digest, fields[name])
		}
		mark("}")
	case value.As(&list) == nil:
		mark("[")
		for _, element := range list {
			add(digest, element)
		}
		mark("]")
	}
	mark("\x00") // so that two texts side by side are not one
}
