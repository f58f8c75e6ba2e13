using System.Diagnostics;
using System.Runtime.InteropServices;
using Innate.Compute;
using Innate.Compute.Kernels;
using Innate.Compute.Memory;
using Innate.Compute.Simd.Tiles;
unsafe {
[DllImport("libopenblas.so.0")] static extern void cblas_sgemm(int order,int ta,int tb,int m,int n,int k,float alpha,float* a,int lda,float* b,int ldb,float beta,float* c,int ldc);
[DllImport("libopenblas.so.0")] static extern void openblas_set_num_threads(int n);
[DllImport("libopenblas.so.0")] static extern byte* openblas_get_corename();
Console.WriteLine(Marshal.PtrToStringAnsi((nint)openblas_get_corename()));
openblas_set_num_threads(2);
using var team = new ThreadTeam(2);
foreach (var (m,n,k) in new[]{(512,896,896),(512,4864,896),(512,896,4864),(512,128,896),(1,4864,896),(4,4864,896),(128,4864,896), (512, 8192, 896)}) {
  var rnd = new Random(1);
  using var xb = new NativeBuffer((long)m*k*4); using var wb = new NativeBuffer((long)n*k*4); using var yb = new NativeBuffer((long)m*n*4); using var pk = new NativeBuffer((long)m*k*4);
  var x = new Matrix((float*)xb.Pointer,m,k,k); var y = new Matrix((float*)yb.Pointer,m,n,n);
  for(int i=0;i<m*k;i++) x.Data[i]=(float)(rnd.NextDouble()-0.5); float* w=(float*)wb.Pointer; for(long i=0;i<(long)n*k;i++) w[i]=BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits((float)(rnd.NextDouble()-0.5))&0xffff0000);
  var pw=new PackedWeight(n,k,ElementType.BFloat16); var tmp=new ushort[32*k];
  for(int p=0;p<pw.Panels;p++){ int r=pw.RowsInPanel(p); for(int i=0;i<r*k;i++) tmp[i]=(ushort)(BitConverter.SingleToUInt32Bits(w[(long)p*32*k+i])>>16); pw.SetPanel(p,MemoryMarshal.AsBytes(tmp.AsSpan(0,r*k))); }
  double T(Action f){ f(); var l=new List<double>(); int reps=Math.Max(3,(int)(3e9/(2.0*m*n*k))); for(int q=0;q<7;q++){var sw=Stopwatch.StartNew(); for(int r=0;r<reps;r++) f(); l.Add(sw.Elapsed.TotalSeconds/reps);} l.Sort(); return l[3]; }
  double t1=T(()=>LinearKernel.Run<Tile512>(team,x,[new Projection(pw,null,y)],(float*)pk.Pointer));
  double t256=T(()=>LinearKernel.Run<Tile256>(team,x,[new Projection(pw,null,y)],(float*)pk.Pointer));
  double t2=T(()=>cblas_sgemm(101,111,112,m,n,k,1,x.Data,k,w,k,0,y.Data,n));
  Console.WriteLine($"{m}x{n}x{k}: ours {2e-9*m*n*k/t1:0.0} avx2 {2e-9*m*n*k/t256:0.0} openblas {2e-9*m*n*k/t2:0.0} GFLOP/s ratio {t2/t1:0.00}");
}}
