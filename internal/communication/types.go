package communication

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/reachops/terraform-provider-reach/internal/diagnostic"
	"github.com/reachops/terraform-provider-reach/internal/seveng"
)

// typeID resolves a type's name, in any case, through 7G's look-up. The ids
// differ between registries, so none is built in.
func typeID(ctx context.Context, client *seveng.Client, at path.Path, name string) (int64, diag.Diagnostics) {
	var problems diag.Diagnostics
	all, err := client.Types(ctx)
	if err != nil {
		problems.Append(diag.WithPath(at, diagnostic.Error(SummaryTypesNotRead, err)))
		return 0, problems
	}
	var known []string
	for _, t := range all {
		if strings.EqualFold(t.Name, strings.TrimSpace(name)) {
			return t.ID, nil
		}
		known = append(known, strings.ToLower(t.Name))
	}
	problems.AddAttributeError(at, SummaryUnknownType, fmt.Sprintf(
		"7G knows no communication type %q. Set type to one of: %s.", name, strings.Join(known, ", ")))
	return 0, problems
}

// typeName is the name of a record's type in lower case, as configurations
// write it.
func typeName(ctx context.Context, client *seveng.Client, c seveng.Communication) (string, diag.Diagnostics) {
	var problems diag.Diagnostics
	all, err := client.Types(ctx)
	if err != nil {
		problems.Append(diagnostic.Error(SummaryTypesNotRead, err))
		return "", problems
	}
	for _, t := range all {
		if t.ID == c.TypeID {
			return strings.ToLower(t.Name), nil
		}
	}
	problems.AddError(SummaryUnknownType, fmt.Sprintf(
		"The communication %d (%s) carries the type id %d, which 7G's look-up of communication types does not have. It is kept as it is. Ask the registry which type this is.", c.ID, c.Value, c.TypeID))
	return "", problems
}
