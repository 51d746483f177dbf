package seveng

import (
	"net/http"

	"github.com/reachops/terraform-provider-reach/internal/simulator/ledger"
)

// lookupRow is one row of a lookup answer, as the published page has it.
type lookupRow struct {
	ID    any    `json:"id"`
	Value string `json:"value"`
}

// communicationTypes is the one category whose rows the store holds.
const communicationTypes = "communicationTypeID"

// categories are those of the 57 that the published page names. Their names
// count with their case.
var categories = []string{
	"accountStatusID", "addressTypeID", "bizEntityTypeID", "bizTransactionTypeID", communicationTypes,
	"distributionTermID", "investmentTypeID", "paymentTypeID", "titleID",
}

// bizEntityTypes are the published rows of bizEntityTypeID.
var bizEntityTypes = []string{"Individual", "Company", "Trust", "SMSF", "Partnership"}

// lookup is GET /Common/Lookup. Without a name it lists the categories, as
// with the name info; that much is constructed, like the refusal of a
// category that does not exist.
func (s *Service) lookup(r request) ledger.Answer {
	name := r.query.text("Name")
	rows := []lookupRow{}
	switch name {
	case "", "info":
		for _, category := range categories {
			value := category
			if category == communicationTypes {
				value = "InvestorCommunication." + category // published
			}
			rows = append(rows, lookupRow{category, value})
		}
	case communicationTypes:
		for _, t := range s.store.types {
			rows = append(rows, lookupRow{s.shownID(s.shownTypeID(t.ID)), t.Name})
		}
	case "bizEntityTypeID":
		for i, value := range bizEntityTypes {
			rows = append(rows, lookupRow{i + 1, value})
		}
	default:
		if !isCategory(name) {
			return s.refused(refusef("Lookup category %s does not exist.", name))
		}
	}
	return s.success(http.StatusOK, len(rows), rows)
}

func isCategory(name string) bool {
	for _, category := range categories {
		if category == name {
			return true
		}
	}
	return false
}

// healthCheck is GET /Common/HealthCheck, whose body is unknown.
func (s *Service) healthCheck(request) ledger.Answer {
	return s.success(http.StatusOK, 0, nil)
}
