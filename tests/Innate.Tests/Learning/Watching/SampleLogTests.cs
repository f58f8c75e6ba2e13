using FsCheck;
using FsCheck.Fluent;
using Innate.Learning.Watching;
using Innate.Tests.Support;

namespace Innate.Tests.Learning.Watching;

public sealed class SampleLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder["samples.jsonl"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_sample_is_a_readable_line()
    {
        using (SampleLog log = SampleLog.Open(Path, null))
        {
            log.Append(new TrainingSample(10, "Wie heißt \"das\"?", "a <b>\nc"));
            log.Append(new TrainingSample(10, "p", [new TextPiece("good", 0.5), new TextPiece(" end", null)]));
        }

        Assert.Equal(
            """
            {"step":10,"prompt":"Wie heißt \"das\"?","response":"a <b>\nc"}
            {"step":10,"prompt":"p","response":"good end","pieces":[["good",0.5],[" end",null]]}

            """, File.ReadAllText(Path));
        IReadOnlyList<TrainingSample> read = SampleLog.Read(Path);
        Assert.Equal("a <b>\nc", read[0].Response);
        Assert.Equal([new TextPiece("good", 0.5), new TextPiece(" end", null)], read[1].Pieces);
    }

    [Fact]
    public void A_resumed_run_drops_the_samples_after_its_checkpoint()
    {
        using (SampleLog log = SampleLog.Open(Path, null))
        {
            foreach (int step in (int[])[5, 5, 10, 15]) log.Append(new TrainingSample(step, "p", $"r{step}"));
        }

        using (SampleLog log = SampleLog.Open(Path, 10)) log.Append(new TrainingSample(15, "p", "again"));
        Assert.Equal(["r5", "r5", "r10", "again"], SampleLog.Read(Path).Select(s => s.Response));
    }

    [Theory]
    [InlineData("{\"step\":1,\"prompt\":\"p\"}", "field 'response': expected a string, found nothing.")]
    [InlineData("{\"step\":1,\"prompt\":7,\"response\":\"r\"}", "field 'prompt': expected a string, found 7.")]
    [InlineData("{\"step\":1,\"prompt\":\"p\",\"response\":\"r\",\"pieces\":{}}",
        "field 'pieces': expected an array, found an object.")]
    [InlineData("{\"step\":1,\"prompt\":\"p\",\"response\":\"r\",\"pieces\":[[1,\"r\"]]}",
        "field 'pieces': expected pairs of a text and a number or null, found an array.")]
    public void A_spoilt_sample_is_named(string line, string fault)
    {
        File.WriteAllText(Path, line + "\n");
        Assert.Equal($"{Path}: line 1: {fault}", Assert.Throws<InputException>(() => SampleLog.Read(Path)).Message);
    }

    // A tokenizer's piece may end within a character: half a surrogate pair becomes the replacement sign, and nothing breaks.
    [Fact]
    public void Any_text_comes_back() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll<string, string, double>((prompt, response, value) =>
        {
            prompt ??= "";
            response ??= "";
            TrainingSample sample = new(1, prompt, [new TextPiece(response, value), new TextPiece(prompt, null)]);
            using (SampleLog log = SampleLog.Open(Path, null)) log.Append(sample);
            TrainingSample read = Assert.Single(SampleLog.Read(Path));
            Assert.Equal(Whole(prompt), read.Prompt);
            Assert.Equal(Whole(response), read.Pieces[0].Text);
            Assert.Equal(double.IsFinite(value) ? value : null, read.Pieces[0].Value);
        }));

    [Fact]
    public void Half_a_character_does_not_stop_a_run()
    {
        using (SampleLog log = SampleLog.Open(Path, null)) log.Append(new TrainingSample(1, "\ud83d", "x\ude00"));
        Assert.Equal("\ufffd", SampleLog.Read(Path)[0].Prompt);
    }

    private static string Whole(string text) => string.Concat(text.EnumerateRunes());
}
