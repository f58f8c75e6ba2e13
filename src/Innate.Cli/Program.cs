using System.Runtime.InteropServices;
using Innate.Cli;

using CancellationTokenSource cancellation = new();
CliIo io = CliIo.ForProcess(cancellation.Token);
int signalled = 0;

// The first signal asks the work to stop between two steps; if that takes long, or a second one comes, the process ends at
// once. Either way only a .partial file is left behind. Work that saves itself when it is stopped gets the time it needs.
void OnSignal(PosixSignalContext context)
{
    context.Cancel = true;
    int code = context.Signal switch
    {
        PosixSignal.SIGINT => ExitCodes.Interrupted,
        PosixSignal.SIGHUP => ExitCodes.HungUp,
        _ => ExitCodes.Terminated,
    };
    if (Interlocked.Exchange(ref signalled, code) != 0) Environment.Exit(code);
    cancellation.Cancel();
    _ = Task.Delay(TimeSpan.FromSeconds(3)).ContinueWith(
        _ =>
        {
            if (!io.SavesWhenStopped) Environment.Exit(code);
        },
        TaskScheduler.Default);
}

using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
using PosixSignalRegistration hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);

int exit = App.Run(args, io);
return exit == ExitCodes.Interrupted && signalled != 0 ? signalled : exit;
