package loglevel_test

import (
	"os"
	"testing"

	"github.com/reachops/terraform-provider-reach/internal/loglevel"
)

func TestFollow(t *testing.T) {
	libraries := []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK", "TF_LOG_PROVIDER_REACH"}
	for name, test := range map[string]struct {
		set  map[string]string
		want [4]string
	}{
		"nobody reads":                  {nil, [4]string{"OFF", "OFF", "OFF", "OFF"}},
		"Terraform reads everything":    {map[string]string{"TF_LOG": "debug"}, [4]string{"DEBUG", "DEBUG", "DEBUG", "DEBUG"}},
		"as JSON":                       {map[string]string{"TF_LOG": "json"}, [4]string{"TRACE", "TRACE", "TRACE", "TRACE"}},
		"more of providers than others": {map[string]string{"TF_LOG": "error", "TF_LOG_PROVIDER": "trace"}, [4]string{"TRACE", "TRACE", "TRACE", "TRACE"}},
		"no providers":                  {map[string]string{"TF_LOG": "trace", "TF_LOG_PROVIDER": "off"}, [4]string{"OFF", "OFF", "OFF", "OFF"}},
		"the libraries are set":         {map[string]string{"TF_LOG": "trace", "TF_LOG_SDK": "WARN"}, [4]string{"WARN", "WARN", "WARN", "TRACE"}},
		"one library is set":            {map[string]string{"TF_LOG": "trace", "TF_LOG_SDK_PROTO": "OFF"}, [4]string{"TRACE", "OFF", "TRACE", "TRACE"}},
		"this provider is set":          {map[string]string{"TF_LOG_PROVIDER_REACH": "INFO"}, [4]string{"OFF", "OFF", "OFF", "INFO"}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, variable := range append([]string{"TF_LOG", "TF_LOG_PROVIDER"}, libraries...) {
				t.Setenv(variable, test.set[variable]) // also has it restored
			}
			if err := loglevel.Follow(); err != nil {
				t.Fatal(err)
			}
			for i, variable := range libraries {
				if got := os.Getenv(variable); got != test.want[i] {
					t.Errorf("%s is %q, not %q", variable, got, test.want[i])
				}
			}
			if traces := test.want[3] == "TRACE"; loglevel.Traces() != traces {
				t.Errorf("it traces: %t", loglevel.Traces())
			}
			if silent := test.want == [4]string{"OFF", "OFF", "OFF", "OFF"}; loglevel.Silent() != silent {
				t.Errorf("silent is %t, not %t", loglevel.Silent(), silent)
			}
		})
	}
}
