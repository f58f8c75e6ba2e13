using System.Reflection;
using Innate.Engines;
using LLama;

namespace Innate.LlamaCpp;

/// <summary>llama.cpp in this process, for everything of the library that opens a model.</summary>
public static class LlamaCppEngine
{
    /// <summary>The version of LLamaSharp, which binds the library to one version of llama.cpp.</summary>
    public static string Version { get; } = typeof(LLamaWeights).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
        ?? typeof(LLamaWeights).Assembly.GetName().Version!.ToString(3);

    /// <summary>
    /// Lets the library open models with llama.cpp (<c>ModelSource.LlamaCpp</c>); called once, at a program's start. It costs
    /// nothing: the native library is loaded with the first model.
    /// </summary>
    public static void Use() => InProcessEngine.LlamaCpp = new InProcessEngine($"llama.cpp by LLamaSharp {Version}", Open);

    private static InProcessModel Open(string file, LlamaCppSettings settings, int? threads)
    {
        LlamaCppModel model = LlamaCppModel.Load(file, settings, threads);
        return new InProcessModel(model, model, model.ReadTokenizer, model.Dispose);
    }
}
