using System.Collections.Concurrent;
using LLama.Native;

namespace Innate.LlamaCpp;

/// <summary>
/// The native library: a build of llama.cpp for processor or graphics card, which the user has put beside the program (as a
/// reference to a backend package does) or into the folder that INNATE_LLAMA_CPP names.
/// </summary>
internal static class NativeBackend
{
    /// <summary>The environment variable with the folder.</summary>
    public const string Variable = "INNATE_LLAMA_CPP";

    private static readonly Lock Once = new();
    private static readonly ConcurrentQueue<string> Errors = new();

    private static bool IsLoaded { get; set; }

    /// <summary>Loads it, once for the process.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static void Load()
    {
        lock (Once)
        {
            if (IsLoaded) return;
            string? folder = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named : null;
            Configure(folder);
            try
            {
                NativeApi.llama_empty_call();
                IsLoaded = true;
            }
            catch (Exception e) when (e is TypeInitializationException or DllNotFoundException or LLama.Exceptions.RuntimeError)
            {
                throw Missing(folder, e);
            }
        }
    }

    /// <summary>
    /// What the library first called an error since it was last asked, with a colon before it; empty where it said nothing.
    /// </summary>
    public static string TakeReason()
    {
        string reason = Errors.TryDequeue(out string? first) ? $": {first}" : "";
        Errors.Clear();
        return reason;
    }

    private static void Configure(string? folder)
    {
        NativeLogConfig.llama_log_set((level, text) =>
        {
            if (level == LLamaLogLevel.Error && text.Trim() is { Length: > 0 } line) Errors.Enqueue(line.TrimEnd('.'));
        });
        if (NativeLibraryConfig.LLama.LibraryHasLoaded) return;
        if (folder is not null && !Directory.Exists(folder))
        {
            throw new InputException($"{Variable}: expected a folder, found no folder {folder}.");
        }

        string root = Path.GetFullPath(folder ?? AppContext.BaseDirectory), library = Path.Combine(root, LibraryName);
        if (File.Exists(library)) NativeLibraryConfig.LLama.WithLibrary(library);
        else NativeLibraryConfig.LLama.WithSelectingPolicy(new NativeLibraryPlace(root));
    }

    private static string LibraryName => OperatingSystem.IsWindows() ? "llama.dll"
        : OperatingSystem.IsMacOS() ? "libllama.dylib"
        : "libllama.so";

    private static InputException Missing(string? folder, Exception inner) => new(
        $"llama.cpp: expected its native library {LibraryName} in "
        + $"{folder ?? $"the folder 'runtimes' beside the program or in the one that {Variable} names"}, found none that loads: "
        + $"install LLamaSharp.Backend.Cpu {LlamaCppEngine.Version}, or its Cuda12, Vulkan or other sibling (docs/engines.md).",
        inner);
}
