package aws_test

import (
	"testing"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/aws"
	"github.com/isobar-dev/isobar/runtime/runtimetest"
)

func host(_ testing.TB, a app.App) runtimetest.Cloud {
	return runtimetest.AWS(func(t testing.TB, function string, payload []byte) ([]byte, error) {
		t.Helper()
		handler, err := aws.New(a, function, aws.Mapped)
		if err != nil {
			t.Fatal(err)
		}
		return handler.Invoke(t.Context(), payload)
	})
}

func TestHost(t *testing.T) { runtimetest.Run(t, host) }

func TestAProcessMustKnowItsFunction(t *testing.T) {
	for _, name := range []string{"", "nothing"} {
		if _, err := aws.New(app.App{Name: "shop"}, name, aws.Mapped); err == nil {
			t.Errorf("%q serves something", name)
		}
	}
}
