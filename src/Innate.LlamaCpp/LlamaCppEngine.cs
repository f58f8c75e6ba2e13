using Innate.Engines;

namespace Innate.LlamaCpp;

/// <summary>llama.cpp in this process, for everything of the library that opens a model.</summary>
public static class LlamaCppEngine
{
    /// <summary>The version of LLamaSharp, which binds the library to one version of llama.cpp.</summary>
    public const string Version = "0.30.0";

    /// <summary>
    /// Lets the library open models with llama.cpp (<c>ModelSource.LlamaCpp</c>); called once, at a program's start. It costs
    /// nothing: LLamaSharp and the native library are loaded with the first model.
    /// </summary>
    public static void Use() => InProcessEngine.LlamaCpp = new InProcessEngine(Name, Open);

    private static string Name() => $"llama.cpp by LLamaSharp {Version}";

    private static InProcessModel Open(string file, LlamaCppSettings settings, int? threads)
    {
        LlamaCppModel model = LlamaCppModel.Load(file, settings, threads);
        return new InProcessModel(model, model, model.ReadTokenizer, model.Dispose);
    }
}
