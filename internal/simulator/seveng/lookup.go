package seveng

import (
	"net/http"
	"slices"

	"github.com/reachops/terraform-provider-reach/internal/simulator/traffic"
)

// lookupRow is one row of a lookup answer, 7g.md#lookup.
type lookupRow struct {
	ID    any    `json:"id"`
	Value string `json:"value"`
}

// communicationTypes is the one category whose rows the store holds.
const communicationTypes = "communicationTypeID"

// categories are those of the 57 that 7g.md#lookup names. Their case counts.
var categories = []string{
	"accountStatusID", "addressTypeID", "bizEntityTypeID", "bizTransactionTypeID", communicationTypes,
	"distributionTermID", "investmentTypeID", "paymentTypeID", "titleID",
}

// bizEntityTypes are the rows of bizEntityTypeID, 7g.md#owners.
var bizEntityTypes = []string{"Individual", "Company", "Trust", "SMSF", "Partnership"}

// lookup is GET /Common/Lookup. Without a name it lists the categories, as
// with the name info; that much is constructed, like the refusal of a
// category that does not exist.
func (s *Service) lookup(r request) (traffic.Answer, error) {
	rows := []lookupRow{}
	switch name := r.query.text("Name"); {
	case name == "", name == "info":
		for _, category := range categories {
			value := category
			if category == communicationTypes {
				value = "InvestorCommunication." + category
			}
			rows = append(rows, lookupRow{category, value})
		}
	case name == communicationTypes:
		for _, t := range s.store.types {
			rows = append(rows, lookupRow{s.shownID(s.shownTypeID(t.ID)), t.Name})
		}
	case name == "bizEntityTypeID":
		for i, value := range bizEntityTypes {
			rows = append(rows, lookupRow{i + 1, value})
		}
	case !slices.Contains(categories, name):
		return traffic.Answer{}, refusef("Lookup category %s does not exist.", name)
	}
	return s.success(http.StatusOK, len(rows), rows), nil
}

// healthCheck is GET /Common/HealthCheck, whose body is unknown.
func (s *Service) healthCheck(request) (traffic.Answer, error) {
	return s.success(http.StatusOK, 0, nil), nil
}
