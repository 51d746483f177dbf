package communication

import "github.com/reachops/terraform-provider-reach/internal/services"

func (r *Resource) origin() services.Origin {
	return services.Origin{Endpoint: r.services.SevenG.Endpoint(), Settings: "seveng.endpoint (SEVENG_ENDPOINT)"}
}
