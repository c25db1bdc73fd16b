import { chromium } from '@playwright/test';
import fs from 'node:fs';
const base = process.argv[2]; const paths = process.argv.slice(3);
const b = await chromium.launch({ executablePath:'/usr/bin/chromium', args:['--no-sandbox','--disable-gpu'] });
const ctx = await b.newContext({ viewport:{width:1440,height:900}, reducedMotion:'reduce' });
const page = await ctx.newPage();
await page.goto(base); await page.fill('input[name=email]','demo@waxseal.example'); await page.fill('input[name=password]','correct-horse-battery'); await page.click('main form button'); await page.locator('.domains').waitFor();
const s = await ctx.newCDPSession(page); await s.send('Emulation.setCPUThrottlingRate',{rate:4});
await page.goto(base,{waitUntil:'networkidle'});
for (const p of paths) for (let k=0;k<2;k++) {
  const bs = await b.newBrowserCDPSession(); const ev=[];
  bs.on('Tracing.dataCollected', d=>ev.push(...d.value));
  const done = new Promise(r=>bs.once('Tracing.tracingComplete', r));
  await bs.send('Tracing.start',{transferMode:'ReportEvents',traceConfig:{includedCategories:['devtools.timeline','toplevel','v8.execute','disabled-by-default-v8.cpu_profiler']}});
  await page.goto(base+p,{waitUntil:'networkidle'}); await page.waitForTimeout(500);
  await bs.send('Tracing.end'); await done;
  const tasks = ev.filter(e=>e.name==='RunTask'||e.name==='ThreadControllerImpl::RunTask').filter(e=>e.dur>40000).sort((a,b)=>b.dur-a.dur).slice(0,5);
  console.log(p, k);
  const seen=new Set();
  for (const t of tasks) { if(seen.has(t.tid+':'+t.ts)) continue; seen.add(t.tid+':'+t.ts);
    const inside = ev.filter(e=>e.pid===t.pid&&e.tid===t.tid&&e.ts>=t.ts&&e.ts+(e.dur||0)<=t.ts+t.dur&&e.dur>5000&&e!==t&&!/RunTask/.test(e.name)).sort((a,b)=>b.dur-a.dur).slice(0,9);
    console.log('  task', (t.dur/1000).toFixed(0),'ms', inside.map(e=>`${e.name}${e.args?.data?.functionName?':'+e.args.data.functionName:''} ${(e.dur/1000).toFixed(0)}`).join(', ')); }
  await bs.detach();
}
await b.close();
