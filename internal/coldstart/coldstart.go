// Package coldstart starts the entrypoints of all clouds as these do, and tells how long it takes until they are ready.
package coldstart

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/isobar-dev/isobar/runtime/app"
	"github.com/isobar-dev/isobar/runtime/aws"
	"github.com/isobar-dev/isobar/runtime/azure"
	"github.com/isobar-dev/isobar/runtime/gcp"
)

// patience is how long an entrypoint is waited for.
const patience = 20 * time.Second

// lambda is what an entrypoint finds in its environment on Lambda, by which it makes clients.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
var lambda = []string{
	"AWS_REGION=eu-west-1", "AWS_ACCESS_KEY_ID=ASIAEXAMPLE", "AWS_SECRET_ACCESS_KEY=example", "AWS_SESSION_TOKEN=example",
	"AWS_LAMBDA_FUNCTION_NAME=shop-dev", aws.FunctionVariable + "=" + app.HTTPUnit,
}

// UntilNext starts an executable as Lambda does, ends it when it asks for an invocation, and returns how long that took.
func UntilNext(t testing.TB, executable string) time.Duration {
	var config net.ListenConfig
	listener, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }() // it has accepted
	if err := listener.(*net.TCPListener).SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return started(t, executable, func() error {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		request, err := http.ReadRequest(bufio.NewReader(conn))
		if err == nil && !strings.HasSuffix(request.URL.Path, "/invocation/next") {
			err = fmt.Errorf("it asks for %s", request.URL)
		}
		return errors.Join(err, conn.Close())
	}, append(lambda, "AWS_LAMBDA_RUNTIME_API="+listener.Addr().String())...)
}

// UntilAnswer starts an executable that listens, as the Functions host and Google Cloud do, ends it when it answers, and returns how long
// that took.
func UntilAnswer(t testing.TB, executable string) time.Duration {
	var config net.ListenConfig
	listener, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	_ = listener.Close() // it is free now
	_, port, _ := strings.Cut(address, ":")
	return started(t, executable, func() error {
		var dialer net.Dialer
		for end := time.Now().Add(patience); ; {
			conn, err := dialer.DialContext(t.Context(), "tcp", address)
			if err != nil && time.Now().Before(end) {
				time.Sleep(100 * time.Microsecond)
				continue
			}
			if err != nil {
				return err
			}
			_, err = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
			status, readErr := bufio.NewReader(conn).ReadString('\n')
			if readErr == nil && !strings.HasPrefix(status, "HTTP/1.1 ") {
				readErr = fmt.Errorf("it answers %s", status)
			}
			return errors.Join(err, readErr, conn.Close())
		}
	}, azure.PortVariable+"="+port, "PORT="+port, "FUNCTION_TARGET="+gcp.EntryPoint(app.HTTPUnit))
}

// started starts an executable, returns how long it took until ready returned, and ends it.
func started(t testing.TB, executable string, ready func() error, env ...string) time.Duration {
	cmd := exec.CommandContext(t.Context(), executable)
	cmd.Env = env
	begin := time.Now()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	err := ready()
	took := time.Since(begin)
	_ = cmd.Process.Kill() // it has served
	_ = cmd.Wait()
	if err != nil {
		t.Fatal(err)
	}
	return took
}
