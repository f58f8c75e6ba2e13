using System.Runtime.InteropServices;
using LLama.Abstractions;
using LLama.Native;

namespace Innate.LlamaCpp;

/// <summary>
/// Which library of those below one folder is loaded: LLamaSharp's choice by processor and cards, but from that folder alone.
/// LLamaSharp itself would also look into the working directory, which may be anybody's.
/// </summary>
/// <param name="root">The folder that holds <c>runtimes/</c>.</param>
internal sealed class NativeLibraryPlace(string root) : INativeLibrarySelectingPolicy
{
    private readonly DefaultNativeLibrarySelectingPolicy _choice = new();

    /// <inheritdoc/>
    public IEnumerable<INativeLibrary> Apply(
        NativeLibraryConfig.Description description, SystemInfo systemInfo, NativeLogConfig.LLamaLogCallback? logCallback = null)
    {
        INativeLibrary[] all = [.. _choice.Apply(description, systemInfo, logCallback)];
        string[] paths = [.. all.SelectMany(l => l.Prepare(systemInfo, logCallback)).Select(p => Path.GetFullPath(p, root))];
        return paths.Where(File.Exists).Select(path => new Placed(path, paths));
    }

    /// <summary>A library by its full path; without metadata, LLamaSharp takes its parts from its own folder.</summary>
    private sealed class Placed(string path, string[] paths) : INativeLibrary
    {
        public NativeLibraryMetadata? Metadata => null;

        public IEnumerable<string> Prepare(SystemInfo systemInfo, NativeLogConfig.LLamaLogCallback? logCallback = null)
        {
            // A library for a card is a folder without the processor's part, which lies beside that of the processor alone.
            string folder = Path.GetDirectoryName(path)!, end = Path.GetExtension(path);
            string begin = Path.GetFileName(path).StartsWith("lib", StringComparison.Ordinal) ? "lib" : "";
            foreach (string part in (string[])["ggml-base", "ggml-cpu", "ggml-cuda", "ggml-vulkan", "ggml-metal", "ggml-blas"])
            {
                string? found = paths.Select(p => Path.GetDirectoryName(p)!).Prepend(folder)
                    .Select(d => Path.Combine(d, $"{begin}{part}{end}")).FirstOrDefault(File.Exists);
                if (found is not null) NativeLibrary.TryLoad(found, out _);
            }

            return [path];
        }
    }
}
