using System.Diagnostics;
using Innate.Checkpoints;
using Innate.Checkpoints.Gguf;
using Innate.Engines;
using Innate.LlamaCpp;
using Innate.Models;
using Innate.Sessions;
using Innate.Tests.Support;
using Innate.Text;
using Innate.Traces;

namespace Innate.Tests.LlamaCpp;

/// <summary>Which files llama.cpp runs, and in one sentence which it does not.</summary>
public sealed class LlamaFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    static LlamaFileTests() => LlamaCppEngine.Use();

    public void Dispose() => _folder.Dispose();

    [LlamaFact]
    public void A_model_of_a_kind_that_is_not_known_here_runs_with_our_tokenizer_and_template()
    {
        string known = LlamaFiles.Export(LlamaFiles.New(_folder["new"], "llama"), _folder["known.gguf"]);
        string file = LlamaFiles.Rename(known, _folder["ernie.gguf"], "llama", "ernie4_5");
        Assert.Throws<InputException>(() => LanguageModel.Load(file));
        using ModelSession session = Open(file), ours = ModelSession.Open(known, threads: 2);
        Assert.Equal(ours.Tokenizer.Encode("In a new model"), session.Tokenizer.Encode("In a new model"));
        Assert.Equal(ours.Template?.Source, session.Template?.Source);
        Assert.Equal(ours.StopIds(new()), session.StopIds(new()));
        TraceQuery query = new([1, 2, 3], [[4, 5, 6], [7]]);
        Assert.Equal(
            ours.Traces.Trace([query])[0][0].LogProbability.Sum(), session.Traces.Trace([query])[0][0].LogProbability.Sum(), 0.01);
    }

    [LlamaFact]
    public void Where_our_reader_does_not_know_the_tokenizer_the_files_own_one_cuts_text()
    {
        string known = LlamaFiles.Export(EmbeddedModel.Folder, _folder["known.gguf"]);
        string file = LlamaFiles.Rekey(known, _folder["super.gguf"], e =>
            e.Key == "tokenizer.ggml.pre" ? GgufEntry.Text(e.Key, "superbpe") : e);
        Assert.Throws<InputException>(() => Tokenizer.Load(file));
        using ModelSession session = Open(file), ours = ModelSession.Open(known, threads: 2);
        foreach (string text in (string[])["What is 12 + 30?", "Ones: 7. The answer is 42.", "\u00fcber \u4e2d\u6587", ""])
        {
            int[] ids = session.Tokenizer.Encode(text);
            Assert.Equal(text, session.Tokenizer.Decode(ids));
            Assert.Equal(text, string.Concat(session.Tokenizer.TokenTexts(ids)));
        }

        ChatFormatOptions chat = new();
        int[] prompt = session.Format(chat).EncodePrompt("What is 2 + 3?").Ids;
        Assert.Equal(
            ours.Tokenizer.Decode(ours.Format(chat).EncodePrompt("What is 2 + 3?").Ids), session.Tokenizer.Decode(prompt));
        Assert.True(prompt.Length < 40);
        Assert.Equal(ours.StopIds(chat), session.StopIds(chat));
        Assert.True(session.Tokenizer.IsSpecial(session.StopIds(chat).First()));
        Assert.Equal("engine", session.Fingerprint().Tokenizer);
    }

    [LlamaFact]
    public void A_fingerprint_says_whose_numbers_they_are_and_of_which_bytes()
    {
        string file = LlamaFiles.Export(EmbeddedModel.Folder, _folder["tiny.gguf"]);
        using ModelSession session = Open(file), ours = ModelSession.Open(file, threads: 2);
        ModelFingerprint theirs = session.Fingerprint(), own = ours.Fingerprint();
        Assert.Equal($"llama.cpp by LLamaSharp {LlamaCppEngine.Version}", theirs.Engine);
        Assert.Equal(own, theirs with { Engine = null });
        Assert.NotEqual(own.Id, theirs.Id);
        Assert.Contains(new("engine", theirs.Engine!), theirs.Parts);
        Assert.Contains(
            $"""<PackageVersion Include="LLamaSharp" Version="{LlamaCppEngine.Version}" />""",
            File.ReadAllText(Path.Combine(Places.Repository, "Directory.Packages.props")), StringComparison.Ordinal);
    }

    [LlamaFact]
    public void What_is_no_language_model_in_a_gguf_file_is_refused_by_name()
    {
        string known = LlamaFiles.Export(ToyModel.Of("llama").Folder, _folder["toy.gguf"]);
        Refused(_folder.Path, "found a folder");
        File.WriteAllText(_folder["text.gguf"], "this is no model, but a text of more than 24 bytes");
        Refused(_folder["text.gguf"], "does not begin with 'GGUF'");
        Refused(Keyed("rank", GgufEntry.Whole("llama.pooling_type", 4)), "score head");
        Refused(Keyed("encoder", GgufEntry.Flag("llama.attention.causal", false)), "a decoder");
        Refused(Keyed("adapter", GgufEntry.Text("general.type", "adapter")), "'model'");

        // A kind that nobody knows, and a file that says more than it holds: llama.cpp's own words are in the sentence.
        string unknown = LlamaFiles.Rename(known, _folder["unknown.gguf"], "llama", "nobody");
        Assert.Contains("nobody", Assert.Throws<EngineException>(() => LlamaCppModel.Load(unknown)).Message, StringComparison.Ordinal);

        string Keyed(string name, GgufEntry entry) =>
            LlamaFiles.Rekey(known, _folder[$"{name}.gguf"], e => e.Key == entry.Key ? null : e, entry);
    }

    [LlamaFact]
    public void A_vocabulary_smaller_than_the_tokenizers_is_told_before_any_row()
    {
        string file = LlamaFiles.Export(EmbeddedModel.Folder, _folder["tiny.gguf"]);
        int size = Tokenizer.Load(file).VocabularySize;
        bool isClosed = false;
        InProcessEngine narrow = new(
            () => "fake", (_, _, _) => new InProcessModel(new Narrow(size - 1), null!, null!, () => isClosed = true));
        using ModelSession session = ModelSession.Open(new ModelSource { Model = file, LlamaCpp = new(), InProcess = narrow });
        string told = Assert.Throws<InputException>(() => session.Traces).Message;
        Assert.Contains($"the tokenizer's vocabulary of {size}, found one of {size - 1}", told, StringComparison.Ordinal);
        Assert.True(isClosed);
    }

    [LlamaFact]
    public void Settings_that_do_not_go_with_it_are_refused_by_their_names()
    {
        string file = LlamaFiles.Export(ToyModel.Of("llama").Folder, _folder["toy.gguf"]);
        ModelSource source = new() { Model = file, LlamaCpp = new() };
        Problem("Adapter", source with { Adapter = _folder.Path });
        Problem("Compute", source with { Compute = Innate.Compute.ComputeMode.Int8 });
        Problem("Threads", source with { Threads = 0 });
        Problem("Model", source with { Model = null });
        Problem("Context", source with { LlamaCpp = new() { Context = 1 } });
        Problem("Batch", source with { LlamaCpp = new() { Batch = 0 } });
        Problem("GpuLayers", source with { LlamaCpp = new() { GpuLayers = -1 } });

        // The tests' library runs on the processor.
        InputException told = Assert.Throws<InputException>(() => LlamaCppModel.Load(file, new() { GpuLayers = 8 }));
        Assert.Equal("GpuLayers", told.Problems.Single().Field);
        using LlamaCppModel none = LlamaCppModel.Load(file, new() { GpuLayers = 0 });
        Assert.True(none.MaxPositions > 0);

        static void Problem(string field, ModelSource source) => Assert.Equal(
            field, Assert.Throws<InputException>(() => ModelSession.Open(source)).Problems.Single().Field);
    }

    [Fact]
    public void Without_a_native_library_one_sentence_says_what_to_install()
    {
        // The command's own build has none beside it.
        string file = LlamaFiles.Export(EmbeddedModel.Folder, _folder["tiny.gguf"]);
        string command = Path.Combine(
            Places.Repository, "src", "Innate.Cli", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "innate.dll");
        Directory.CreateDirectory(_folder["empty"]);
        foreach ((string? folder, string place) in ((string?, string)[])
            [(null, "beside the program"), (_folder["empty"], _folder["empty"]), (_folder["none"], "no folder")])
        {
            ProcessStartInfo start = new(
                "dotnet", ["exec", command, "generate", "--engine", "llama.cpp", "--model", file, "--prompt", "What is 1 + 1?"])
            {
                RedirectStandardError = true, RedirectStandardOutput = true,

                // There is a library below it, which is nobody's to load.
                WorkingDirectory = AppContext.BaseDirectory,
            };
            start.Environment["INNATE_LLAMA_CPP"] = folder ?? "";
            using Process process = Process.Start(start)!;
            string error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.Equal(2, process.ExitCode);
            Assert.StartsWith("innate: ", error, StringComparison.Ordinal);
            Assert.Contains(place, error, StringComparison.Ordinal);
            Assert.Single(error.TrimEnd().Split('\n'));
            if (place != "no folder") Assert.Contains("LLamaSharp.Backend.Cpu 0.30.0", error, StringComparison.Ordinal);
        }
    }

    private void Refused(string file, string why)
    {
        string told = Assert.Throws<InputException>(() =>
        {
            using ModelSession session = Open(file);
            return session.Traces;
        }).Message;
        Assert.Contains(why, told, StringComparison.Ordinal);
        Assert.Contains(_folder.Path, told, StringComparison.Ordinal);
    }

    private static ModelSession Open(string file) =>
        ModelSession.Open(new ModelSource { Model = file, Threads = 2, LlamaCpp = new LlamaCppSettings() });

    private sealed class Narrow(int vocabulary) : ITraceSource
    {
        public int VocabularySize => vocabulary;

        public int MaxPositions => 100;

        public IReadOnlyList<TokenTrace[]> Trace(
            IReadOnlyList<TraceQuery> queries, double alpha = 1, CancellationToken cancellation = default) =>
            throw new InvalidOperationException("never asked");
    }
}
