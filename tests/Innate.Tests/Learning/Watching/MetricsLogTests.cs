using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Innate.Learning.Watching;
using Innate.Tests.Support;

namespace Innate.Tests.Learning.Watching;

public sealed class MetricsLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File => _folder["metrics.jsonl"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_step_is_a_line_of_json_that_can_be_read_at_once()
    {
        using MetricsLog log = MetricsLog.Open(File, null);
        log.Append(new StepMetrics(1, ("loss", 2.5), ("learning_rate", 0.1 + 0.2), ("grad_norm", double.NaN)));
        log.Append(new StepMetrics(2, ("loss", double.PositiveInfinity)));
        Assert.Equal(
            "{\"step\":1,\"loss\":2.5,\"learning_rate\":0.30000000000000004,\"grad_norm\":null}\n"
            + "{\"step\":2,\"loss\":null}\n", Text());
        IReadOnlyList<StepMetrics> read = MetricsLog.Read(File);
        Assert.Equal(["loss", "learning_rate", "grad_norm"], read[0].Values.Select(m => m.Name));
        Assert.Equal(0.1 + 0.2, read[0]["learning_rate"]);
        Assert.Equal(double.NaN, read[1]["loss"]);
        Assert.Null(read[1]["grad_norm"]);
    }

    [Fact]
    public void A_run_that_begins_anew_keeps_nothing()
    {
        Write("{\"step\":1,\"loss\":2}\n");
        MetricsLog.Open(File, null).Dispose();
        Assert.Equal("", Text());
    }

    [Fact]
    public void A_resumed_run_drops_what_came_after_its_checkpoint()
    {
        Write("{\"step\":1,\"loss\":2}\n{\"step\":2,\"loss\":1.5}\n{\"step\":3,\"loss\":1}\n{\"step\":4,\"lo");
        using (MetricsLog log = MetricsLog.Open(File, 2)) log.Append(new StepMetrics(3, ("loss", 1.25)));
        Assert.Equal("{\"step\":1,\"loss\":2}\n{\"step\":2,\"loss\":1.5}\n{\"step\":3,\"loss\":1.25}\n", Text());
    }

    [Fact]
    public void A_resumed_run_whose_log_is_gone_begins_one()
    {
        using (MetricsLog log = MetricsLog.Open(File, 7)) log.Append(new StepMetrics(8, ("loss", 1)));
        Assert.Equal("{\"step\":8,\"loss\":1}\n", Text());
    }

    [Theory]
    [InlineData("{\"step\":1}\nnonsense\n{\"step\":3}\n", "line 2: expected a JSON object, found something else.")]
    [InlineData("{\"step\":1}\n\n{\"step\":3}\n", "line 2: expected a JSON object, found something else.")]
    [InlineData("[1]\n", "line 1: expected a JSON object, found something else.")]
    [InlineData("{\"loss\":1}\n", "line 1: field 'step': expected a whole number from 0, found nothing.")]
    [InlineData("{\"step\":-1}\n", "line 1: field 'step': expected a whole number from 0, found -1.")]
    [InlineData("{\"step\":2}\n{\"step\":1}\n", "line 2: field 'step': expected 2 or more, found 1.")]
    [InlineData("{\"step\":1,\"loss\":\"low\"}\n", "line 1: field 'loss': expected a number or null, found a string.")]
    [InlineData("{\"step\":1,\"loss\":1,\"loss\":2}\n", "line 1: field 'loss': expected one of this name, found another.")]
    public void A_spoilt_line_is_named(string text, string fault)
    {
        Write(text);
        InputException e = Assert.Throws<InputException>(() => MetricsLog.Read(File));
        Assert.Equal($"{File}: {fault}", e.Message);
    }

    [Fact]
    public void Names_that_cannot_stand_in_a_line_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new StepMetrics(1, ("step", 1)));
        Assert.Throws<ArgumentException>(() => new StepMetrics(1, ("loss", 1), ("loss", 2)));
        Assert.Throws<ArgumentException>(() => new StepMetrics(1, ("loss", 1)).With(("loss", 2)));
        using MetricsLog log = MetricsLog.Open(File, null);
        log.Append(new StepMetrics(2, ("loss", 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => log.Append(new StepMetrics(1, ("loss", 1))));
    }

    [Fact]
    public void Numbers_come_back_bit_for_bit() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll<double>(value =>
        {
            using (MetricsLog log = MetricsLog.Open(File, null)) log.Append(new StepMetrics(1, ("x", value)));
            double read = MetricsLog.Read(File)[0]["x"]!.Value;
            double expected = double.IsFinite(value) ? value : double.NaN;
            Assert.Equal(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(read));
        }));

    // Killed after any number of bytes, resumed after any step, the log is that of a run never interrupted.
    [Fact]
    public void A_run_killed_anywhere_goes_on_as_if_it_never_stopped()
    {
        StepMetrics[] steps =
            [.. Enumerable.Range(1, 12).Select(s => new StepMetrics(s, ("loss", 1.0 / s), ("lr", s % 3 == 0 ? double.NaN : s)))];
        using (MetricsLog log = MetricsLog.Open(File, null)) Array.ForEach(steps, log.Append);
        byte[] whole = System.IO.File.ReadAllBytes(File);
        for (int cut = 0; cut <= whole.Length; cut++)
        {
            int recorded = whole.AsSpan(0, cut).Count((byte)'\n');
            foreach (int checkpoint in new[] { 0, recorded / 2, recorded })
            {
                System.IO.File.WriteAllBytes(File, whole[..cut]);
                Assert.Equal(recorded, MetricsLog.Read(File).Count);
                using (MetricsLog log = MetricsLog.Open(File, checkpoint)) Array.ForEach(steps[checkpoint..], log.Append);
                Assert.Equal(whole, System.IO.File.ReadAllBytes(File));
            }
        }
    }

    [Fact]
    public void Any_text_is_read_or_refused_by_name()
    {
        string[] pieces =
        [
            "{", "}", "[", "]", "\"step\":", "\"loss\":", "1", "2", "-", "1e999", "null", "\"x\"", ",", ":", "\n", "}\n",
            "\\ud800", "\"", "\0", " ",
        ];
        Gen<string> text = Gen.Elements(pieces).ArrayOf().Select(string.Concat).Resize(30);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(Arb.From(text), ReadsOrRefuses));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll<byte[]>(bytes =>
            ReadsOrRefuses(Encoding.Latin1.GetString(bytes ?? []), Encoding.Latin1)));

        // One fault in a good file.
        const string good = "{\"step\":1,\"loss\":2.5,\"grad_norm\":null}\n{\"step\":2,\"loss\":2}\n";
        Gen<(int, string)> fault = Gen.Choose(0, good.Length - 1).SelectMany(at => Gen.Elements(pieces).Select(p => (at, p)));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(Arb.From(fault), f =>
            ReadsOrRefuses(good[..f.Item1] + f.Item2 + good[(f.Item1 + 1)..])));
    }

    private void ReadsOrRefuses(string text) => ReadsOrRefuses(text, new UTF8Encoding(false));

    private void ReadsOrRefuses(string text, Encoding encoding)
    {
        System.IO.File.WriteAllText(File, text, encoding);
        try
        {
            MetricsLog.Read(File);
            SampleLog.Read(File);
        }
        catch (InputException e)
        {
            Assert.StartsWith($"{File}: line ", e.Message, StringComparison.Ordinal);
        }
    }

    private void Write(string text) => System.IO.File.WriteAllText(File, text);

    private string Text()
    {
        using FileStream stream = new(File, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return new StreamReader(stream).ReadToEnd();
    }
}
