using System.Diagnostics;

namespace Innate.Tests.Support;

/// <summary>A disk that is soon full: a file system of the test's own, in memory.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly TemporaryFolder _place = new();

    /// <param name="kilobytes">Its size.</param>
    public SmallDisk(int kilobytes)
    {
        Directory.CreateDirectory(Root);
        if (Run("mount", "-t", "tmpfs", "-o", $"size={kilobytes}k", "tmpfs", Root) != 0)
        {
            throw new InvalidOperationException("no disk could be mounted");
        }
    }

    public static string? WhyMissing { get; } = Missing();

    public string Root => _place["disk"];

    public string this[string name] => Path.Combine(Root, name);

    /// <summary>All files on it, by path.</summary>
    public IEnumerable<string> Files => Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
        .Select(f => Path.GetRelativePath(Root, f)).Order(StringComparer.Ordinal);

    /// <summary>Fills it but for some bytes.</summary>
    public void Fill(long bytes) => File.WriteAllBytes(this["ballast"], new byte[bytes]);

    public void Free() => File.Delete(this["ballast"]);

    public void Dispose()
    {
        _ = Run("umount", Root);
        _place.Dispose();
    }

    private static string? Missing()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess) return "needs to mount a small disk";
        try
        {
            using SmallDisk disk = new(64);
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return "needs to mount a small disk";
        }
    }

    private static int Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}

/// <summary>A theory on a small disk; skipped, by name, where none can be mounted.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SmallDiskTheoryAttribute : TheoryAttribute
{
    public SmallDiskTheoryAttribute() => Skip = SmallDisk.WhyMissing;
}

/// <summary>A fact on a small disk; skipped, by name, where none can be mounted.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute() => Skip = SmallDisk.WhyMissing;
}
