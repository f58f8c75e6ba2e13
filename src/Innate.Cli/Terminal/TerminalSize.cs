using System.Runtime.InteropServices;

namespace Innate.Cli.Terminal;

/// <summary>
/// The terminal's width. On Linux asked of the terminal itself: <see cref="Console.WindowWidth"/> sets the console up first,
/// which writes escape codes into the output.
/// </summary>
internal static class TerminalSize
{
    private const nuint GetWindowSize = 0x5413; // TIOCGWINSZ

    /// <summary>Columns, 40..400; 80 where unknown.</summary>
    public static int Width()
    {
        int width = 0;
        try
        {
            if (!OperatingSystem.IsLinux()) width = Console.WindowWidth;
            else if (Control(1, GetWindowSize, out WindowSize size) == 0) width = size.Columns;
        }
        catch (IOException)
        {
            // No terminal after all.
        }

        return width > 0 ? Math.Clamp(width, 40, 400) : 80;
    }

    [DllImport("libc", EntryPoint = "ioctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Control(int descriptor, nuint request, out WindowSize size);

    [StructLayout(LayoutKind.Sequential)]
    private struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort PixelWidth;
        public ushort PixelHeight;
    }
}
