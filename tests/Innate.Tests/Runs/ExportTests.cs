using System.Diagnostics;
using System.Globalization;
using Innate.Checkpoints;
using Innate.Checkpoints.Gguf;
using Innate.Compute;
using Innate.Models;
using Innate.Runs;
using Innate.Sessions;
using Innate.Tests.Support;
using Innate.Text;
using Innate.Traces;

namespace Innate.Tests.Runs;

/// <summary>A model written as a GGUF file is the same model: to Innate to the bit, to llama.cpp to the last digits.</summary>
public sealed class ExportTests : IDisposable
{
    // llama.cpp has the gemmas' GELU in half precision and rounds gpt-oss's YaRN; of mistral and phi3 it knows no window.
    private static readonly string[] NotToTheDigit = ["gemma2", "gemma3", "gemma3_text", "gpt_oss"];

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Decoders => [.. ParityModel.Decoders.Where(n => n != "gemma2")];

    public static TheoryData<string> Families => [.. NewModelSettings.Families];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Decoders))]
    public void A_decoder_of_every_family_comes_back_to_the_bit_and_llama_cpp_reads_it(string name)
    {
        var parity = new ParityModel(name);
        string file = Export(parity.Folder, "f32.gguf", ElementType.Float32);
        double[] ours = Score(file, parity.Ids);
        Assert.Equal(Score(parity.Folder, parity.Ids), ours);
        if (name is "mistral-window" or "phi3") return;
        double[] theirs = LlamaCpp("logprobs", file, parity.Ids);
        for (int i = 0; i < ours.Length; i++) Assert.Equal(ours[i], theirs[i], NotToTheDigit.Contains(name) ? 0.01 : 1e-4);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public void A_new_model_of_every_family_goes_to_llama_cpp_with_its_tokenizer(string family)
    {
        string folder = new NewModelRun(new NewModelSettings
        {
            Output = _folder["new"], Family = family, Hidden = 64, Layers = 6, Heads = 4, KeyValueHeads = 2, Mlp = 96,
            Vocabulary = 320, MaxPositions = 256,
        }).Execute().Folder;
        string file = Export(folder, "new.gguf", ElementType.Float32);
        int[] ids = Tokenizer.Load(folder).Encode("In a new model of six layers, nothing is known yet.");
        Assert.Equal(ids, Tokenizer.Load(file).Encode("In a new model of six layers, nothing is known yet."));
        double[] ours = Score(file, ids), theirs = LlamaCpp("logprobs", file, ids);
        Assert.Equal(Score(folder, ids), ours);
        for (int i = 0; i < ours.Length; i++) Assert.Equal(ours[i], theirs[i], NotToTheDigit.Contains(family) ? 0.01 : 1e-4);
    }

    [Theory]
    [InlineData(ElementType.Float32)]
    [InlineData(ElementType.Float16)]
    public void Llama_cpp_writes_what_the_model_inside_writes(ElementType type)
    {
        string file = Export(EmbeddedModel.Folder, "tiny.gguf", type);
        Tokenizer tokenizer = Tokenizer.Load(EmbeddedModel.Folder);
        using LanguageModel model = LanguageModel.Load(file);
        ChatFormat format = new(Tokenizer.Load(file), ChatTemplate.Load(file), new ChatFormatOptions(), file);
        foreach (string question in (string[])["What is 12 + 30?", "What is 47 + 85?", "5 * 7 = ?", "What is 9 - 4?", "90 / 3"])
        {
            EncodedPrompt prompt = format.EncodePrompt(question);
            Assert.Equal(tokenizer.Encode(prompt.Text), prompt.Ids);
            int[] ours = model.Generate([prompt.Ids], 1, new() { Temperature = 0, MaxTokens = 64 })[0][0].TokenIds;
            Assert.Equal(ours.Select(i => (double)i), LlamaCpp("greedy", file, prompt.Ids, "64"));
        }
    }

    [Fact]
    public void Exported_again_in_its_own_types_a_file_keeps_every_tensors_bytes()
    {
        string first = Export(EmbeddedModel.Folder, "q8.gguf", ElementType.Q8_0);
        string second = Export(first, "again.gguf", type: null);
        GgufFile a = GgufFile.Open(first), b = GgufFile.Open(second);
        byte[] x = File.ReadAllBytes(first), y = File.ReadAllBytes(second);
        Assert.Equal(a.Tensors.Select(t => (t.Name, t.Type)), b.Tensors.Select(t => (t.Name, t.Type)));
        foreach ((GgufTensor from, GgufTensor to) in a.Tensors.Zip(b.Tensors))
        {
            Assert.True(x.AsSpan((int)from.Offset, (int)from.Length).SequenceEqual(y.AsSpan((int)to.Offset, (int)to.Length)));
        }
    }

    [Fact]
    public void A_quantised_file_scores_as_the_folder_that_it_widens_to()
    {
        foreach (ElementType type in (ElementType[])[ElementType.Q8_0, ElementType.Q4_1, ElementType.Q5_0, ElementType.BFloat16])
        {
            string file = Export(EmbeddedModel.Folder, $"{type}.gguf", type), folder = Export(file, $"{type}", type: null);
            int[] ids = Tokenizer.Load(folder).Encode("What is 12 + 30?");
            Assert.Equal(ids, Tokenizer.Load(file).Encode("What is 12 + 30?"));
            Assert.Equal(Score(folder, ids), Score(file, ids));
            Assert.Equal(ChatTemplate.Load(folder)!.Source, ChatTemplate.Load(file)!.Source);
        }
    }

    [Fact]
    public void What_a_form_has_no_place_for_is_refused_and_nothing_is_written()
    {
        string reward = new ParityModel("qwen3-reward").Folder;
        Assert.Contains("score head", Refused(reward, "a.gguf", null), StringComparison.Ordinal);
        Assert.Contains("bf16", Refused(EmbeddedModel.Folder, "folder", ElementType.Q8_0), StringComparison.Ordinal);
        Assert.Contains("q5_1", Refused(EmbeddedModel.Folder, "a.gguf", ElementType.Q4_K), StringComparison.Ordinal);
        File.WriteAllText(_folder["taken.gguf"], "x");
        Assert.Contains("taken.gguf", Refused(EmbeddedModel.Folder, "taken.gguf", null), StringComparison.Ordinal);
        Assert.Equal([_folder["taken.gguf"]], Directory.GetFileSystemEntries(_folder.Path));
    }

    private string Refused(string model, string output, ElementType? type) =>
        Assert.Throws<InputException>(() => Export(model, output, type)).Message;

    private string Export(string model, string output, ElementType? type) => new ExportRun(new ExportSettings
    {
        Model = new ModelSource { Model = model, Threads = 2 }, Output = _folder[output], Type = type,
    }).Execute();

    private static double[] Score(string model, int[] ids)
    {
        using LanguageModel loaded = LanguageModel.Load(model, new() { Threads = 2 });
        return loaded.Trace([new TraceQuery(ids[..1], [ids[1..]])])[0][0].LogProbability;
    }

    private static double[] LlamaCpp(string command, string file, int[] ids, params string[] more)
    {
        string peer = Path.Combine(
            Places.Repository, "bench", "Innate.LlamaPeer", "bin", "Release", "net10.0", "Innate.LlamaPeer.dll");
        using Process process = Process.Start(new ProcessStartInfo("dotnet", ["exec", peer, command, file, .. more])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.WriteLine(string.Join(' ', ids));
        process.StandardInput.Close();
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        return [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Select(n => double.Parse(n, CultureInfo.InvariantCulture))];
    }
}
