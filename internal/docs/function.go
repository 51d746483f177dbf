package main

import (
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// function is the signature of a function.
type function struct {
	Description        string       `json:"description,omitempty"`
	Summary            string       `json:"summary,omitempty"`
	DeprecationMessage string       `json:"deprecation_message,omitempty"`
	ReturnType         tftypes.Type `json:"return_type"`
	Parameters         []*parameter `json:"parameters,omitempty"`
	VariadicParameter  *parameter   `json:"variadic_parameter,omitempty"`
}

type parameter struct {
	Name        string       `json:"name,omitempty"`
	Description string       `json:"description,omitempty"`
	IsNullable  bool         `json:"is_nullable,omitempty"`
	Type        tftypes.Type `json:"type"`
}

func newFunction(from *tfprotov6.Function) *function {
	signature := &function{
		Description:        from.Description,
		Summary:            from.Summary,
		DeprecationMessage: from.DeprecationMessage,
		ReturnType:         from.Return.Type,
		VariadicParameter:  newParameter(from.VariadicParameter),
	}
	for _, p := range from.Parameters {
		signature.Parameters = append(signature.Parameters, newParameter(p))
	}
	return signature
}

func newParameter(from *tfprotov6.FunctionParameter) *parameter {
	if from == nil {
		return nil
	}
	return &parameter{Name: from.Name, Description: from.Description, IsNullable: from.AllowNullValue, Type: from.Type}
}
