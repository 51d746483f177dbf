package diagnostic

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// SummaryLimit heads the warning of a list that ends before its last record.
const SummaryLimit = "List ends at its limit"

// Limit is the warning on the last record of a list that Terraform's limit has
// cut. perhaps is set where nobody has looked whether there are more.
func Limit(limit int64, kind string, perhaps bool) diag.Diagnostic {
	more := "and there are more"
	if perhaps {
		more = "and there are perhaps more"
	}
	return diag.NewWarningDiagnostic(SummaryLimit, fmt.Sprintf(
		"The list ends after %d %ss, %s. To list them, set limit in the list block to a larger number; where none is set, Terraform's own limit is 100.", limit, kind, more))
}
