using System.Diagnostics;

namespace Innate.Tests.Support;

/// <summary>A test that packs and installs, and is skipped, by name, where no .NET SDK is on the path.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SdkFactAttribute : FactAttribute
{
    public SdkFactAttribute() => Skip = HasSdk.Value ? null : "needs the .NET SDK on the path";

    private static readonly Lazy<bool> HasSdk = new(() =>
    {
        try
        {
            using Process process = Process.Start(
                new ProcessStartInfo("dotnet", "--list-sdks") { RedirectStandardOutput = true, RedirectStandardError = true })!;
            string sdks = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 && sdks.Length > 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    });
}
