using System.Text;
using Innate.Checkpoints;
using Innate.Compute;
using Innate.Tests.Support;
using static Innate.Tests.Checkpoints.SafetensorsFile;

namespace Innate.Tests.Checkpoints;

public sealed class CheckpointTests : IDisposable
{
    private const string Index = "model.safetensors.index.json";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ReadsAParityModel()
    {
        using Checkpoint c = Checkpoint.Open(Path.Combine(Places.Fixtures, "models", "llama-linear-rope-bf16"));
        TensorInfo embed = c.Find("model.embed_tokens.weight", 288, 64);
        Assert.Equal((ElementType.BFloat16, 288L * 64 * 2), (embed.Type, embed.Length));
        byte[] part = new byte[10];
        c.Read(embed, 6, part);
        Assert.Equal(File.ReadAllBytes(embed.File)[((int)embed.Offset + 6)..((int)embed.Offset + 16)], part);
        Assert.Throws<ArgumentOutOfRangeException>(() => c.Read(embed, embed.Length - 9, part));
        Assert.Throws<ArgumentOutOfRangeException>(() => c.Read(embed, -1, part));
    }

    [Fact]
    public void FindNamesShapesAndCloseNames()
    {
        Single("{" + Vector("model.a", 2) + "}", 8);
        using Checkpoint c = Open();
        Assert.Equal(2, c.Find("model.a").Shape[0]);
        Says(() => c.Find("model.a", 3, 1), "model.safetensors", "'model.a'", "[2]", "[3, 1]");
        Says(() => c.Find("a", 3), "'a'", "[3]", "missing", "there is 'model.a'");
        Says(() => c.Find("model.model.a"), "there is 'model.a'");
        Assert.False(c.TryFind("b", out _));
    }

    [Theory]
    [InlineData("I64", 8)]
    [InlineData("F64", 8)]
    [InlineData("F8_E4M3", 1)]
    [InlineData("U8", 1)]
    [InlineData("BOOL", 1)]
    [InlineData("NEW_TYPE", 3)]
    public void UnsupportedTypesAreRefusedOnlyWhenAskedFor(string type, int bytes)
    {
        Single($"{{'ids':{{'dtype':'{type}','shape':[1],'data_offsets':[0,{bytes}]}},{Vector("a", 2, bytes)}}}", bytes + 8);
        using Checkpoint c = Open();
        Assert.Equal(["a"], c.Tensors.Keys);
        Says(() => c.Find("ids"), "model.safetensors", "'ids'", type);
        Says(() => c.TryFind("ids", out _), type);
    }

    [Fact]
    public void ScalarsZeroSizesMetadataAndPaddingAreFine()
    {
        Single(
            "{'__metadata__':{'format':'pt'},'s':{'dtype':'F32','shape':[],'data_offsets':[0,4]},'z':{'dtype':'F16','shape':[0,5],'data_offsets':[4,4]}}   ", 4);
        using Checkpoint c = Open();
        Assert.Equal("pt", c.Metadata["format"]);
        Assert.Empty(c.Find("s").Shape);
        Assert.Equal(0, c.Find("z", 0, 5).Length);
        c.Read(c.Find("z"), 0, []);
    }

    [Theory]
    [InlineData("[]", 0, "header")]
    [InlineData("{", 0, "JSON")]
    [InlineData("{} x", 0, "JSON")]
    [InlineData("{'a':1}", 0, "'a'")]
    [InlineData("{'\\ud800':{}}", 0, "JSON")]
    [InlineData("{'__metadata__':{'k':1}}", 0, "__metadata__ 'k'")]
    [InlineData("{'a':{'shape':[1],'data_offsets':[0,4]}}", 4, "'dtype'")]
    [InlineData("{'a':{'dtype':'F32','data_offsets':[0,4]}}", 4, "'shape'")]
    [InlineData("{'a':{'dtype':'F32','shape':[1]}}", 4, "'data_offsets'")]
    [InlineData("{'a':{'dtype':3,'shape':[1],'data_offsets':[0,4]}}", 4, "dtype")]
    [InlineData("{'a':{'dtype':'F32','shape':1,'data_offsets':[0,4]}}", 4, "shape")]
    [InlineData("{'a':{'dtype':'F32','shape':[-1],'data_offsets':[0,4]}}", 4, "-1")]
    [InlineData("{'a':{'dtype':'F32','shape':[1.5],'data_offsets':[0,4]}}", 4, "1.5")]
    [InlineData("{'a':{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,4]}}", 4, "overflows")]
    [InlineData("{'a':{'dtype':'F32','shape':[9223372036854775807],'data_offsets':[0,4]}}", 4, "shape")]
    [InlineData("{'a':{'dtype':'F32','shape':[1],'data_offsets':[0]}}", 4, "data_offsets")]
    [InlineData("{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,0]}}", 4, "data_offsets")]
    [InlineData("{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,9223372036854775807]}}", 4, "data_offsets")]
    [InlineData("{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}}", 4, "8 bytes")]
    [InlineData("{'a':{'dtype':'I64','shape':[2],'data_offsets':[0,4]}}", 4, "16 bytes")]
    [InlineData("{'a':{'dtype':'F32','dtype':'F32','shape':[1],'data_offsets':[0,4]}}", 4, "two fields 'dtype'")]
    [InlineData(
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}", 8,
        "twice")]
    [InlineData(
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'b':{'dtype':'F32','shape':[1],'data_offsets':[2,6]}}", 6,
        "overlaps")]
    [InlineData(
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'b':{'dtype':'F32','shape':[1],'data_offsets':[8,12]}}",
        12, "hole")]
    [InlineData("{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}", 8, "hole")]
    [InlineData("{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}", 4, "truncated")]
    [InlineData("{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}", 5, "1 bytes follow")]
    public void DamagedHeadersAreNamed(string header, int data, string part)
    {
        Single(header, data);
        Says(() => Open(), "model.safetensors", part);
    }

    [Theory]
    [InlineData(0UL, "header length is 0")]
    [InlineData(100_000_001UL, "at most 100000000")]
    [InlineData(ulong.MaxValue, "at most 100000000")]
    [InlineData(3UL, "truncated")]
    public void HeaderLengthsAreChecked(ulong length, string part)
    {
        File.WriteAllBytes(_folder["model.safetensors"], Bytes("{}", 0, length));
        Says(() => Open(), "model.safetensors", part);
    }

    [Fact]
    public void ShortFilesAndForeignTextAreNamed()
    {
        File.WriteAllBytes(_folder["model.safetensors"], new byte[7]);
        Says(() => Open(), "at least 8 bytes", "found 7");
        File.WriteAllBytes(_folder["model.safetensors"], Bytes([(byte)'{', 0xff, (byte)'}'], 0));
        Says(() => Open(), "UTF-8");
    }

    [Fact]
    public void FoldersWithoutWeightsSaySo()
    {
        Says(() => Checkpoint.Open(_folder["nowhere"]), "nowhere", "not a folder");
        Says(() => Open(), _folder.Path, "model.safetensors");
        File.WriteAllText(_folder["pytorch_model.bin"], "x");
        Says(() => Open(), "pickled", "converted to");
    }

    [Fact]
    public void AFileThatShrinksIsTruncatedAndNotZeros()
    {
        Single("{" + Vector("a", 2) + "}", 8);
        using Checkpoint c = Open();
        TensorInfo a = c.Find("a");
        using (FileStream f = new(a.File, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) f.SetLength(a.Offset + 4);
        Says(() => c.Read(a, 0, new byte[8]), "model.safetensors", "truncated");
    }

    [Fact]
    public void ShardsReadAsOne()
    {
        Shards("{'a':'1.safetensors','b':'2.safetensors'}");
        if (!OperatingSystem.IsWindows())
        {
            File.Move(_folder["2.safetensors"], _folder["blob"]);
            File.CreateSymbolicLink(_folder["2.safetensors"], "blob");
        }

        using Checkpoint c = Open();
        Assert.Equal(["a", "b"], c.Tensors.Keys.Order());
        byte[] bytes = new byte[4];
        c.Read(c.Find("b", 1), 0, bytes);
        Assert.Equal([0, 1, 2, 3], bytes);
    }

    [Theory]
    [InlineData("[]", "expected an object")]
    [InlineData("{", "JSON")]
    [InlineData("{}", "weight_map")]
    [InlineData("{'weight_map':[]}", "weight_map")]
    [InlineData("{'weight_map':{'a':1}}", "weight_map 'a'")]
    [InlineData("{'weight_map':{'a':'1.safetensors','a':'1.safetensors'}}", "twice")]
    [InlineData("{'weight_map':{'a':'../1.safetensors'}}", "../1.safetensors")]
    [InlineData("{'weight_map':{'a':'/1.safetensors'}}", "/1.safetensors")]
    [InlineData("{'weight_map':{'a':'s/1.safetensors'}}", "s/1.safetensors")]
    [InlineData("{'weight_map':{'a':'s\\\\1.safetensors'}}", "s\\1.safetensors")]
    [InlineData("{'weight_map':{'a':'C:1.safetensors'}}", "C:1.safetensors")]
    [InlineData("{'weight_map':{'a':'..'}}", "'..'")]
    [InlineData("{'weight_map':{'a':'3.safetensors'}}", "'3.safetensors', which is missing")]
    [InlineData("{'weight_map':{'a':'1.safetensors','c':'1.safetensors'}}", "'c'")]
    [InlineData("{'weight_map':{'a':'2.safetensors','b':'2.safetensors'}}", "'a'")]
    public void DamagedIndexesAreNamed(string index, string part)
    {
        Shards("{}");
        File.WriteAllText(_folder[Index], index.Replace('\'', '"'));
        Says(() => Open(), Index, part);
    }

    [Fact]
    public void ATensorInTwoShardsIsRefused()
    {
        Shards("{'a':'1.safetensors','b':'2.safetensors'}");
        File.WriteAllBytes(_folder["2.safetensors"], Bytes("{" + Vector("a", 1) + "," + Vector("b", 1, 4) + "}", 8));
        Says(() => Open(), "2.safetensors", "'a'", "1.safetensors");
    }

    [Fact]
    public void DamagedFilesNeverEscapeAsAnotherException()
    {
        Random random = new(11);
        byte[] seed = Encoding.UTF8.GetBytes(
            ("{'__metadata__':{'format':'pt'}," + Vector("a", 3) + "," + Vector("model.b", 2, 12) + "}").Replace(
            '\'', '"'));
        string[] tokens = ["-1", "99999999999999999999", "[]", "{}", "\"F16\"", "null", "4611686018427387904", "[[[[", "1e9"];
        for (int i = 0; i < 5000; i++)
        {
            byte[] header = [.. seed];
            if (i % 3 == 0)
            {
                string text = Encoding.UTF8.GetString(seed);
                int at = random.Next(text.Length);
                int to = random.Next(at, Math.Min(text.Length, at + 12));
                header = Encoding.UTF8.GetBytes(text[..at] + tokens[random.Next(tokens.Length)] + text[to..]);
            }
            else
            {
                for (int n = random.Next(1, 4); n > 0; n--) header[random.Next(header.Length)] = (byte)random.Next(256);
            }

            byte[] file = Bytes(header, 20);
            if (i % 5 == 0) file = file[..random.Next(file.Length)];
            if (i % 7 == 0 && file.Length > 8) file[random.Next(8)] = (byte)random.Next(256);
            File.WriteAllBytes(_folder["model.safetensors"], file);
            try
            {
                using Checkpoint c = Open();
                foreach (TensorInfo info in c.Tensors.Values) c.Read(info, 0, new byte[info.Length]);
            }
            catch (InputException)
            {
                // The only exception allowed.
            }
        }
    }

    private Checkpoint Open() => Checkpoint.Open(_folder.Path);

    private void Single(string header, int data) => File.WriteAllBytes(_folder["model.safetensors"], Bytes(header, data));

    private void Shards(string map)
    {
        File.WriteAllBytes(_folder["1.safetensors"], Bytes("{" + Vector("a", 1) + "}", 4));
        File.WriteAllBytes(_folder["2.safetensors"], Bytes("{" + Vector("b", 1) + "}", 4));
        File.WriteAllText(_folder[Index], $"{{'weight_map':{map}}}".Replace('\'', '"'));
    }

    private static void Says(Action action, params string[] parts)
    {
        string message = Assert.Throws<InputException>(action).Message;
        Assert.All(parts, part => Assert.Contains(part, message, StringComparison.Ordinal));
    }
}
