package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/float64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/reachops/terraform-provider-reach/internal/services"
	"github.com/reachops/terraform-provider-reach/internal/seveng"
	"github.com/reachops/terraform-provider-reach/internal/whatcounts"
)

// The addresses used when neither the block nor the environment names one.
const (
	defaultSevenGEndpoint     = seveng.DefaultEndpoint
	defaultWhatCountsEndpoint = whatcounts.DefaultEndpoint
)

const (
	defaultRequestTimeout = "30s"
	defaultMaxRetries     = 4
)

type providerModel struct {
	SevenG     types.Object `tfsdk:"seveng"`
	WhatCounts types.Object `tfsdk:"whatcounts"`
	Safeguards types.Object `tfsdk:"safeguards"`
}

type connectionModel struct {
	Endpoint          types.String  `tfsdk:"endpoint"`
	AllowInsecureHTTP types.Bool    `tfsdk:"allow_insecure_http"`
	RequestTimeout    types.String  `tfsdk:"request_timeout"`
	MaxRetries        types.Int64   `tfsdk:"max_retries"`
	RequestsPerSecond types.Float64 `tfsdk:"requests_per_second"`
}

type sevengModel struct {
	connectionModel
	AccessToken types.String `tfsdk:"access_token"`
	Username    types.String `tfsdk:"username"`
	Password    types.String `tfsdk:"password"`
}

type whatcountsModel struct {
	connectionModel
	Realm      types.String `tfsdk:"realm"`
	Password   types.String `tfsdk:"password"`
	APIClient  types.String `tfsdk:"api_client"`
	ClientAuth types.String `tfsdk:"client_auth"`
	BatchSize  types.Int64  `tfsdk:"batch_size"`
}

// Schema describes the provider block.
func (p *Reach) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	seveng := connectionAttributes("7G", "SEVENG_ENDPOINT", defaultSevenGEndpoint)
	seveng["access_token"] = schema.StringAttribute{
		Optional: true, Sensitive: true,
		MarkdownDescription: "Access token of 7G, used as it is and never renewed. Environment variable `SEVENG_ACCESS_TOKEN`. Set this, or `username` and `password`.",
	}
	seveng["username"] = schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: "User name of 7G. Goes with `password`. Environment variable `SEVENG_USERNAME`. The provider logs in once in a run; a refused login is not tried again, since three failures lock the account for ten minutes.",
	}
	seveng["password"] = schema.StringAttribute{
		Optional: true, Sensitive: true,
		MarkdownDescription: "Password of 7G. Goes with `username`. Environment variable `SEVENG_PASSWORD`.",
	}

	whatcounts := connectionAttributes("WhatCounts", "WHATCOUNTS_ENDPOINT", defaultWhatCountsEndpoint)
	whatcounts["realm"] = schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: "Name of the WhatCounts realm. Goes with `password`. Environment variable `WHATCOUNTS_REALM`.",
	}
	whatcounts["password"] = schema.StringAttribute{
		Optional: true, Sensitive: true,
		MarkdownDescription: "Password of the realm's API, which WhatCounts also calls the authentication code. Goes with `realm`. Environment variable `WHATCOUNTS_PASSWORD`. It is sent in the body of a POST, never in an address.",
	}
	whatcounts["api_client"] = schema.StringAttribute{
		Optional:            true,
		MarkdownDescription: "Name of the API client, for realms that define several. Goes with `client_auth`. Environment variable `WHATCOUNTS_API_CLIENT`.",
	}
	whatcounts["client_auth"] = schema.StringAttribute{
		Optional: true, Sensitive: true,
		MarkdownDescription: "Authorization code of the API client. Goes with `api_client`. Environment variable `WHATCOUNTS_CLIENT_AUTH`.",
	}
	whatcounts["batch_size"] = schema.Int64Attribute{
		Optional:            true,
		MarkdownDescription: "The most contacts that one command may change or delete. Contacts that are created, updated or deleted at about the same time share commands, which saves requests; each still has its own result. Default 500; 1 sends a command for each.",
		Validators:          []validator.Int64{int64validator.AtLeast(1)},
	}

	resp.Schema = schema.Schema{
		MarkdownDescription: "Manages records by which people are reached: communications in **7G** and contacts in **WhatCounts**. " +
			"Both services delete for good, and the plan warns before it happens.\n\n" +
			"You can configure one service or both. An attribute that is null takes its environment variable; an empty string counts as not set.",
		Blocks: map[string]schema.Block{
			"seveng": schema.SingleNestedBlock{
				MarkdownDescription: "The 7G Registry Platform, needed for communications. Without this block, the environment variables are used; without credentials there, 7G is not configured.",
				Attributes:          seveng,
			},
			"whatcounts": schema.SingleNestedBlock{
				MarkdownDescription: "The WhatCounts realm, needed for contacts, lists and opt-outs. Without this block, the environment variables are used; without credentials there, WhatCounts is not configured.",
				Attributes:          whatcounts,
			},
			"safeguards": schema.SingleNestedBlock{
				MarkdownDescription: "Protection against permanent deletes. It applies to the resources and actions of this provider block: each alias has its own. Without this block, the defaults below apply.",
				Attributes:          safeguardsAttributes(),
			},
		},
	}
}

func connectionAttributes(service, endpointVariable, defaultEndpoint string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"endpoint": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "Address of " + service + ". Environment variable `" + endpointVariable + "`. Default `" + defaultEndpoint + "`. It must begin with `https://`; `http://` is accepted only for a loopback address, or with `allow_insecure_http`.",
		},
		"allow_insecure_http": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Allows an `http://` endpoint that is not a loopback address. Credentials and personal data then travel in clear text. Default false.",
		},
		"request_timeout": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "How long one attempt of a request may take, as a Go duration above zero, such as `30s` or `2m`. Default `" + defaultRequestTimeout + "`. Reading opt-outs may take longer, as long as 4 KiB arrive within each such period.",
			Validators:          []validator.String{services.PositiveDuration{EmptyIsUnset: true}},
		},
		"max_retries": schema.Int64Attribute{
			Optional:            true,
			MarkdownDescription: "How often a request that may safely be repeated is tried again. Default 4, at most 100; 0 never repeats.",
			Validators:          []validator.Int64{int64validator.Between(0, 100)},
		},
		"requests_per_second": schema.Float64Attribute{
			Optional:            true,
			MarkdownDescription: "The most requests per second, over all resources of a run and including repeated requests. At least 0.01, which is one in a hundred seconds. Default: no limit.",
			Validators:          []validator.Float64{float64validator.AtLeast(0.01)},
		},
	}
}
