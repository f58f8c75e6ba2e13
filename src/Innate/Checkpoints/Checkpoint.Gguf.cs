using Innate.Checkpoints.Gguf;
using Innate.Compute.Memory;

namespace Innate.Checkpoints;

/// <content>GGUF files, under the names that a folder's tensors would have.</content>
public sealed partial class Checkpoint
{
    /// <summary>Maps rows of a matrix of blocks into memory; they outlive the checkpoint.</summary>
    /// <param name="tensor">A tensor of this checkpoint, of a type that has blocks.</param>
    /// <param name="firstRow">The first of the rows; where a head's rows are paired, the first of a head.</param>
    /// <param name="rows">How many.</param>
    /// <exception cref="InputException">The file cannot be mapped.</exception>
    internal BlockRows Map(TensorInfo tensor, int firstRow, int rows)
    {
        lock (_maps)
        {
            if (!_maps.TryGetValue(tensor.File, out MappedFile? map)) _maps.Add(tensor.File, map = MappedFile.Open(tensor.File));
            return map.Rows(tensor, firstRow, rows);
        }
    }

    private static Checkpoint OpenGguf(string file)
    {
        Checkpoint checkpoint = new(Path.GetFullPath(file));
        try
        {
            foreach (TensorInfo tensor in GgufFolder.Open(file).Tensors)
            {
                if (!checkpoint._handles.ContainsKey(tensor.File))
                {
                    checkpoint._handles.Add(tensor.File, FileBytes.Open(tensor.File));
                }

                checkpoint._tensors.Add(tensor.Name, tensor);
            }

            return checkpoint;
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }
}
