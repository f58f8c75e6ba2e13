using System.Runtime.InteropServices;

namespace Innate.Cli.Terminal;

/// <summary>
/// The process's standard output, or its standard error. Not <see cref="Console.OpenStandardOutput()"/> on Unix, which swallows a
/// closed pipe, so that hours of work would go on for nobody; and not a FileStream, which writes at offsets of its own and so
/// overwrites what a sibling in the same shell redirection wrote. The console's streams also begin with escape codes that set the
/// terminal's keys up, be it for one line on standard error.
/// </summary>
internal sealed class StandardOutput : Stream
{
    private const int Interrupted = 4; // EINTR
    private const int TryAgain = 11; // EAGAIN
    private const int NoReader = 32; // EPIPE

    private readonly int _descriptor;

    private StandardOutput(int descriptor) => _descriptor = descriptor;

    public static Stream Open() => OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : new StandardOutput(1);

    /// <summary>Standard error: where nobody reads it, the work goes on unheard.</summary>
    public static Stream OpenError() => OperatingSystem.IsWindows() ? Console.OpenStandardError() : new StandardOutput(2);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            nint written = WriteToDescriptor(_descriptor, in MemoryMarshal.GetReference(buffer), buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }

            int error = Marshal.GetLastPInvokeError();
            switch (error)
            {
                case Interrupted:
                    break;
                case TryAgain: // someone made the descriptor non-blocking
                    Thread.Sleep(1);
                    break;
                case not 0 when _descriptor == 2:
                    return;
                case NoReader:
                    throw new ClosedPipeException();
                default:
                    throw new IOException($"standard output: {Marshal.GetPInvokeErrorMessage(error)}");
            }
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint WriteToDescriptor(int descriptor, in byte buffer, nint count);
}

/// <summary>Nobody reads the output any more (<c>| head -1</c>): no fault, but no reason to go on.</summary>
internal sealed class ClosedPipeException() : IOException("standard output was closed by its reader");
