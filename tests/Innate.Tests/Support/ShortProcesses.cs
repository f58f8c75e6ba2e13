using System.Runtime.CompilerServices;

namespace Innate.Tests.Support;

/// <summary>
/// The processes that tests begin are over in seconds, as this one's settings say of its own code (<c>TieredPGO</c> in the
/// project): they compile without measuring first.
/// </summary>
internal static class ShortProcesses
{
    [ModuleInitializer]
    internal static void Set() => Environment.SetEnvironmentVariable("DOTNET_TieredPGO", "0");
}
